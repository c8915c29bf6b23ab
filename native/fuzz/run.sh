#!/usr/bin/env bash
# Builds the fuzz targets with AddressSanitizer and UBSan, and runs them one after the other.
# usage: native/fuzz/run.sh [SECONDS_EACH=300] [TARGET...=load encode split]    texts that lead to new code are kept for the next time
#        native/fuzz/run.sh --runs N [TARGET...]    N executions of each, from the fixtures alone and one seed (at most 300 seconds)
#        native/fuzz/run.sh --check                 exits with 1 and a sentence where no compiler here can do it
# Everything lies in build/fuzz/; of a failure the report and the input (in base64) are printed, and the exit status is 1;
# build/fuzz/TARGET/fuzz FILE runs such an input again.
# FUZZ_TIMEOUT: seconds that one input may take (20). CLANGXX: the compiler (clang++, clang++-19 or clang++-14).
set -euo pipefail
cd "$(dirname "$0")/../.."
clang=${CLANGXX:-$(command -v clang++ clang++-19 clang++-14 | head -1 || true)}
# Where there is no llvm-symbolizer, binutils names the lines of a report.
export ASAN_OPTIONS=allow_addr2line=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}
declare -A longest=([load]=16384 [encode]=2048 [split]=512)

compile() { "$clang" -std=c++20 -gline-tables-only -O1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined "$@"; }

if ! compile -x c++ - -o /dev/null 2>/dev/null <<<'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }'; then
  echo 'fuzzing needs a clang++ with libFuzzer and sanitizers (Debian: apt-get install clang libclang-rt-dev)' >&2
  exit 1
fi
[ "${1-}" != --check ] || exit 0

if [ "${1-}" = --runs ]; then
  kind=runs limits=("-runs=$2" -seed=1 -reload=0 -max_total_time=300)
  shift 2
else
  kind=time limits=("-max_total_time=${1:-300}")
  shift $(($# > 0))
fi
[ $# -gt 0 ] || set -- load encode split

for target in "$@"; do
  out=build/fuzz/$target
  [ "$kind" = time ] || { out=$out-again && rm -rf "$out"; }
  mkdir -p "$out/tokenizers" "$out/texts" "$out/corpus"
  node native/fuzz/seeds.mjs "$out/tokenizers" "$out/texts"
  seeds=$out/texts
  [ "$target" != load ] || seeds=$out/tokenizers
  compile "native/fuzz/fuzz_$target.cc" -o "$out/fuzz"
  status=0
  FUZZ_TOKENIZERS="$out/tokenizers" "$out/fuzz" "${limits[@]}" -timeout="${FUZZ_TIMEOUT:-20}" -rss_limit_mb=4096 \
    -artifact_prefix="$out/" -print_final_stats=1 -max_len="${longest[$target]}" "$out/corpus" "$seeds" >"$out/log" 2>&1 || status=$?
  if [ $status != 0 ]; then
    grep -av '^#' "$out/log" | tail -200
    for input in "$out"/{crash,timeout,oom,leak}-*; do
      [ ! -f "$input" ] || echo "fuzz_$target fails on $input: base64 $(base64 -w0 "$input")"
    done
    exit 1
  fi
  sed -n "s/^stat::/fuzz_$target: /p" "$out/log"
done
