"""Chat templates of the kinds in use, written here for tests: each has the constructs that its kind is known for."""

CHATML = """{%- for message in messages -%}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|im_start|>assistant\\n' -}}
{%- endif -%}
"""

# BOS first, instructions in brackets, the system's text inside the first of them, roles must take turns.
INSTRUCTIONS = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] %}{% set rest = messages[1:] %}{% else %}{% set system = '' %}{% set rest = messages %}{% endif %}
{% for message in rest %}
    {% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{ raise_exception('roles must take turns') }}
    {% endif %}
    {% if message['role'] == 'user' %}
        {% if loop.first and system %}{{ '[INST] <<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + message['content'] | trim + ' [/INST]' }}{% else %}{{ '[INST] ' + message['content'].strip() + ' [/INST]' }}{% endif %}
    {% else %}{{ ' ' + message['content'] | trim + ' ' + eos_token }}{% endif %}
{% endfor %}"""

# Headers, a namespace, a macro-free loop with trim, a date, a system message of its own when there is none.
HEADERS = """{{- bos_token }}
{%- if not date_string is defined %}
    {%- set date_string = strftime_now('%d %b %Y') %}
{%- endif %}
{%- set ns = namespace(system='') %}
{%- for m in messages if m.role == 'system' %}{%- set ns.system = m.content | trim %}{%- endfor %}
{{- '<|start|>system<|end|>\\n\\nToday: ' ~ date_string ~ '\\n' ~ ns.system ~ '<|eot|>' }}
{%- for m in messages %}
    {%- if m.role != 'system' %}
        {{- '<|start|>' + m['role'] + '<|end|>\\n\\n' + m['content'] | trim + '<|eot|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start|>assistant<|end|>\\n\\n' }}
{%- endif %}
"""

# No system role at all; the model's role has another name; every turn ends in a newline.
NO_SYSTEM = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role here') }}{% endif %}
{% for message in messages %}
{% set role = 'model' if message.role == 'assistant' else message.role %}
{{ '<turn>' ~ role ~ '\\n' ~ message['content'] | trim ~ '</turn>\\n' }}
{% endfor %}
{% if add_generation_prompt %}{{ '<turn>model\\n' }}{% endif %}"""

# Plain words, and the position of every message.
PLAIN = """{% for m in messages %}{{ loop.index }}/{{ messages | length }} {{ m.role | capitalize }}: {{ m.content }}{% if not loop.last %}

{% endif %}{% endfor %}{% if add_generation_prompt %}

Assistant:{% endif %}"""

# Thoughts before an answer are cut off, and only newlines around what remains; the last answer shows empty thoughts.
THINKING = """{%- set ns = namespace(last=-1) %}
{%- for m in messages[::-1] %}{%- if m.role == 'user' and ns.last < 0 %}{%- set ns.last = messages|length - 1 - loop.index0 %}{%- endif %}{%- endfor %}
{%- for m in messages %}
    {%- set content = m.content %}
    {%- set thoughts = '' %}
    {%- if m.role == 'assistant' and '</think>' in content %}
        {%- set thoughts = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
        {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
    {%- endif %}
    {%- if m.role == 'assistant' and loop.index0 > ns.last %}
        {{- '<|im_start|>assistant\\n<think>\\n' + thoughts.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>' + m.role + '\\n' + content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
"""

# A loop over what no message here has, and a list that grows within a loop and is forgotten behind it.
TOOLS = """{%- if messages[0]["role"] == "system" %}
    {%- set system = messages[0]["content"] %}
{%- elif tools is defined -%}
    {%- set system = "" -%}
{%- endif %}
{%- set kept = [] %}
{%- for m in messages if m["role"] not in ["tool"] and not m.get("calls") %}{%- set kept = kept + [m] %}{%- endfor %}
{%- if system is defined -%}{{- '<|system|>' + system + '<|end|>' -}}{%- endif -%}
{%- for m in messages -%}
    {%- if m['role'] != 'system' -%}
        {{- '<|' + m['role'] + '|>' -}}
        {%- if m.content -%}{{- m['content'] -}}{%- endif -%}
        {%- for call in m.tool_calls -%}{{- '<|call|>' + (call['function'] | tojson) -}}{%- endfor -%}
        {{- '<|end|>' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- else -%}{{- eos_token -}}{%- endif -%}"""

TEMPLATES = {"thinking": THINKING, "tools": TOOLS, "chatml": CHATML, "instructions": INSTRUCTIONS, "headers": HEADERS, "no_system": NO_SYSTEM, "plain": PLAIN}
