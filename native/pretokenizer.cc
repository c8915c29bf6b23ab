#include "pretokenizer.h"

namespace scalesweep {

namespace {
void flatten(const Json& section, std::vector<const Json*>& out) {
  const Fields fields(section, "the pre_tokenizer");
  if (fields.text("type") == "Sequence") {
    for (const Json& step : fields.required("pretokenizers").items) flatten(step, out);
  } else {
    out.push_back(&section);
  }
}
}  // namespace

PreTokenization readPreTokenizer(const Json* section) {
  PreTokenization result;
  if (!section) return result;
  std::vector<const Json*> steps;
  flatten(*section, steps);
  for (const Json* step : steps) {
    const Fields fields(*step, "the pre_tokenizer");
    const std::string type = fields.text("type");
    if (type == "ByteLevel" && step == steps.back()) {
      result.bytes = true;
      if (fields.flag("use_regex", true) && steps.size() == 1) {
        result.splitter = Splitter::kGpt2;
        result.prefixSpace = fields.flag("add_prefix_space");
        continue;
      }
      if (!fields.flag("use_regex", true) && !fields.flag("add_prefix_space")) continue;
    } else if (type == "Split" && step == steps.front()) {
      const Json* pattern = fields.required("pattern").find("Regex");
      if (pattern) result.splitter = knownSplitter(pattern->string);
      if (result.splitter != Splitter::kNone) continue;
    }
    throw LoadError("unknown pre_tokenizer type `" + type + "`");
  }
  return result;
}

}  // namespace scalesweep
