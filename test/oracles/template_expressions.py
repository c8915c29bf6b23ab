"""Renders many expressions of Jinja, one feature each, with jinja2; null where it refuses them.

Usage: python test/oracles/template_expressions.py
"""
import json
import pathlib

import jinja2
from jinja2 import BaseLoader, Environment, StrictUndefined

OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/templates/expressions.json"
DOCUMENT = {"s":"It's <b>é & \"q\" 日本","n":3,"f":2.5,"z":0,"neg":-7,"l":["b","a","C","é"],"nums":[3,1,2,2],"d":{"b":1,"a":[1,2],"É":None},"t":True,"none":None,"long":"the quick brown fox jumps over the lazy dog","nested":[{"k":"x","v":2},{"k":"y","v":1},{"k":"x","v":3}],"empty":"","el":[],"ws":"  a b\t\n","num":"42","fl":"3.50"}
TEMPLATES = ["{{d|tojson}}","{{s|tojson}}","{{l|tojson}}","{{f|tojson}}","{{none|tojson}}","{{s|e}}","{{l|sort}}","{{l|sort(case_sensitive=true)}}","{{l|sort(reverse=true)}}","{{nums|unique|list}}","{{l|first}}{{l|last}}","{{nums|sum}}","{{nums|min}},{{nums|max}}","{{l|join('-')}}","{{nested|map(attribute='k')|join}}","{{nested|selectattr('k','equalto','x')|list}}","{{nested|groupby('k')}}","{{nested|groupby('k')|list}}","{{nested|sort(attribute='v')|map(attribute='v')|list}}","{{long|truncate(20)}}","{{long|wordwrap(10)}}","{{long|title}}","{{s|title}}","{{long|capitalize}}","{{s|upper}}{{s|lower}}","{{long|replace('o','0',2)}}","{{l|reverse|list}}","{{s|reverse}}","{{n|float}}","{{num|int + 1}}","{{fl|float}}","{{'x'|int(default=5)}}","{{f|round}}","{{2.675|round(2)}}","{{f|round(method='ceil')|int}}","{{nums|batch(3)|list}}","{{nums|batch(3,'x')|list}}","{{nums|slice(2)|list}}","{{long|center(50)}}|","{{s|length}}","{{d|length}}","{{d|items|list}}","{{d|dictsort}}","{{d.items()|list}}","{{d.keys()|list}}","{{d.values()|list}}","{{d.get('zz','no')}}","{{l.index('C')}}","{{l[1:]}}","{{l[::-1]}}","{{s[::2]}}","{{l[-1]}}","{{n/2}} {{n//2}} {{n%2}} {{n**2}} {{neg//2}} {{neg%3}}","{{1e3}} {{1.0}} {{10/2}}","{{'%05d'|format(n)}}","{{'%.2f'|format(f)}}","{{'%s and %r'|format(s,l)}}","{{'{} {}'.format(n,f)}}","{{'{0:>5}|{1:.1f}'.format(n,f)}}","{{'{:d}'.format(n)}}","{{'a,b,c'.split(',')}}","{{long.split()}}","{{long.split(' ',2)}}","{{ws.strip()}}|{{ws.lstrip()}}|{{ws.rstrip()}}|","{{'abc'.find('c')}} {{'abc'.count('b')}}","{{'Ab'.swapcase()}}","{{'ab'.isalpha()}} {{'1'.isdigit()}} {{' '.isspace()}}","{{'a-b'.partition('-')}}","{{ 'x' if z else 'y' }}","{{ n > 2 and f < 3 }}","{{ not t }}","{{ n in nums }} {{ 'b' in l }} {{ 'zz' not in d }}","{{ n is odd }} {{ n is even }} {{ n is divisibleby(3) }}","{{ s is string }} {{ l is iterable }} {{ d is mapping }} {{ n is number }} {{ l is sequence }}","{{ none is none }} {{ zz is defined }} {{ t is true }} {{ t is boolean }}","{{ n is integer }} {{ f is float }}","{{ 'abc' is upper }} {{ 'abc' is lower }}","{{ n == 3.0 }} {{ t == 1 }}","{{ l ~ n }}","{{ (1,2) }} {{ (1,) }}","{{ {'a':1,'b':[1]} }}","{% for x in l %}{{loop.index0}}{{loop.first}}{{loop.last}}{{x}}{% if not loop.last %},{% endif %}{% endfor %}","{% for k,v in d.items() %}{{k}}={{v}};{% endfor %}","{% for x in el %}a{% else %}none{% endfor %}","{% for x in nums if x > 1 %}{{x}}{{loop.length}}{% endfor %}","{% for x in nums %}{{loop.previtem}}{{loop.nextitem}}{{loop.cycle('a','b')}}{{loop.revindex}}{% endfor %}","{% set x = 5 %}{{x}}{% for i in range(2) %}{% set x = i %}{{x}}{% endfor %}{{x}}","{% set ns = namespace(a=1) %}{% for i in nums %}{% set ns.a = ns.a + i %}{% endfor %}{{ns.a}}","{% macro m(a,b=2) %}{{a}}-{{b}}{% endmacro %}{{m(1)}}{{m(1,b=3)}}","{% filter upper %}abc{% endfilter %}","{% raw %}{{x}}{% endraw %}","{# c #}x","{{ range(1,10,3)|list }}","{{ dict(a=1) }}","{{ l|map('upper')|list }}","{{ nums|map('string')|join(',') }}","{{ nums|select('odd')|list }} {{ nums|reject('greaterthan',2)|list }}","{{ nested|rejectattr('v','lt',2)|list }}","{{ s|urlencode }}","{{ '<a>x</a>'|striptags }}","{{ 1234567|filesizeformat }}","{{ long|wordcount }}","{{ s|string }}","{{ [1,[2,'x']]|string }}","{{ none }}{{ t }}{{ f }}{{ 1e-7 }}{{ 1e16 }}{{ 123456789012345678901234567890 }}","{{ 7 // 0 }}","{{ zz }}","{{ d.zz }}","{{ l[9] }}","{{ 'a' + 1 }}","{{ 'a' * 3 }}{{ [1]*2 }}","{{ 'a' < 'b' }} {{ [1,2] < [1,3] }}","{{ d['b'] }} {{ d.b }} {{ nested[0].k }}","{%- if t -%}  x  {%- endif -%}  y","a\n  {%- if t %} x{% endif +%}\nb\n","{{ x|default('d') }} {{ empty|default('e', true) }} {{ none|default('q') }}","{{ nums|length > 3 and 'many' or 'few' }}","{{ '\\n' }}|{{ \"\\t\" }}","{{ s|indent(2) }}","{{ 'a\nb'|indent(2,true) }}","{{ nums|join(', ') ~ '.' }}","{{ nums|list|length }}","{{ l|attr('x') is defined }}","{% if n == 3 %}A{% elif n == 4 %}B{% else %}C{% endif %}","{{ loop is defined }}","{{ (nums|sort)[0] }}","{{ nums.count(2) }}","{{ l.copy() }}","{{ 'ß'.upper() }} {{ 'ǆ'.title() }} {{ 'ŉ'.capitalize() }}","{{ -n }} {{ +n }} {{ -f|abs }}","{{ 2**-1 }} {{ 7%-3 }} {{ -7//2 }}","{{ 0.1+0.2 }}","{{ 1/3 }}","{{ '%s' % n }} {{ '%d%%' % n }}","{{ l|join(attribute=0) }}","{{ nested|sum(attribute='v') }}","{{ ['a','B']|map('lower')|sort|join }}","{{ 'a b'.title().replace(' ','') }}"]


def main():
    environment = Environment(loader=BaseLoader, undefined=StrictUndefined, keep_trailing_newline=True)
    rendered = []
    for template in TEMPLATES:
        try:
            rendered.append([template, environment.from_string(template).render(**DOCUMENT)])
        except Exception:
            rendered.append([template, None])
    OUT.write_text(json.dumps({"jinja2": jinja2.__version__, "document": DOCUMENT, "rendered": rendered}, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
