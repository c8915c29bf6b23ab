// The families of English tasks that the field reports, by folder of lm-eval 0.4.13.
export const CLASSIC =
  `agieval anli arc arithmetic asdiv babi bbh bbq bigbench blimp c4 cnn_dailymail commonsense_qa
  coqa crows_pairs drop eq_bench fld glue gpqa gsm8k gsm8k_platinum gsm_plus headqa hellaswag hendrycks_ethics
  hendrycks_math humaneval ifeval inverse_scaling lambada lambada_cloze logiqa logiqa2 mathqa mbpp mc_taco medmcqa medqa
  minerva_math mmlu mmlu_pro model_written_evals mutual nq_open openbookqa paloma pile pile_10k piqa prost pubmedqa
  qa4mre qasper race realtoxicityprompts sciq siqa storycloze super_glue swag toxigen triviaqa truthfulqa unscramble
  webqs wikitext winogender winogrande wmdp wmt2016 wsc273`.split(/\s+/);
