#!/usr/bin/env bash
# Builds the fuzz targets with AddressSanitizer and UBSan and runs each for a while.
# usage: native/fuzz/run.sh [SECONDS_EACH=300] [TARGET...=load encode split]
# Needs clang++ with libFuzzer (Debian's clang and libclang-rt-dev). The seeds are the tokenizers of
# test/fixtures/tokenizer, random ones among them. Findings are kept in build/fuzz/. One input may take FUZZ_TIMEOUT seconds (20).
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-300}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=(load encode split)
clang=${CLANGXX:-$(command -v clang++ clang++-19 clang++-14 | head -1)}
out=build/fuzz
mkdir -p "$out/tokenizers" "$out/load" "$out/encode" "$out/split"
for file in test/fixtures/tokenizer/*.json.gz; do
  name=$(basename "$file" .gz)
  [ "$name" = goldens.json ] || gzip -dc "$file" >"$out/tokenizers/$name"
done
node -e 'for (const { name, file } of JSON.parse(zlib.brotliDecompressSync(fs.readFileSync(process.argv[1]))))
  if (/^(file|pattern) /.test(name)) fs.writeFileSync(`${process.argv[2]}/${name}.json`, JSON.stringify(file))' \
  test/fixtures/tokenizer/compositions.json.br "$out/tokenizers"
cp -n "$out"/tokenizers/*.json "$out/load/"
declare -A longest=([load]=16384 [encode]=2048 [split]=512)
for target in "${targets[@]}"; do
  "$clang" -std=c++20 -g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
    "native/fuzz/fuzz_$target.cc" -o "$out/fuzz_$target"
  FUZZ_TOKENIZERS="$out/tokenizers" "$out/fuzz_$target" -max_total_time="$seconds" -timeout="${FUZZ_TIMEOUT:-20}" \
    -rss_limit_mb=4096 -artifact_prefix="$out/" -print_final_stats=1 -max_len="${longest[$target]}" "$out/$target" 2>&1 | tail -12
done
