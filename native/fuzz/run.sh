#!/usr/bin/env bash
# Builds the fuzz targets with AddressSanitizer and UBSan and runs each for a while.
# usage: native/fuzz/run.sh [SECONDS_EACH=300]        (needs clang++ with libFuzzer: Debian's clang and libclang-rt-dev)
# The seeds are the tokenizers of test/fixtures/tokenizer. Findings are kept in build/fuzz/.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-300}
clang=${CLANGXX:-$(command -v clang++ clang++-19 clang++-14 | head -1)}
out=build/fuzz
mkdir -p "$out/tokenizers" "$out/load" "$out/encode" "$out/split"
for file in test/fixtures/tokenizer/*.json.gz; do
  name=$(basename "$file" .gz)
  [ "$name" = goldens.json ] || gzip -dc "$file" >"$out/tokenizers/$name"
done
for target in load encode split; do
  "$clang" -std=c++20 -g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
    "native/fuzz/fuzz_$target.cc" -o "$out/fuzz_$target"
done
cp -n "$out"/tokenizers/*.json "$out/load/"
limits=(-max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -artifact_prefix="$out/" -print_final_stats=1)
"$out/fuzz_load" "${limits[@]}" -max_len=16384 "$out/load" 2>&1 | tail -12
FUZZ_TOKENIZERS="$out/tokenizers" "$out/fuzz_encode" "${limits[@]}" -max_len=2048 "$out/encode" 2>&1 | tail -12
"$out/fuzz_split" "${limits[@]}" -max_len=512 "$out/split" 2>&1 | tail -12
