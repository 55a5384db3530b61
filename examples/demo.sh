#!/usr/bin/env bash
# The tour that `make demo` gives: a furniture mesh becomes a program; a program becomes models and pictures.
#
#   examples/demo.sh [MESH]      (default: examples/meshes/chair.obj; the results are written to out/demo/)
set -euo pipefail
cd "$(dirname "$0")/.."

shapelang="${SHAPELANG:-.venv/bin/shapelang}"
mesh="${1:-examples/meshes/chair.obj}"
program=examples/chair.shape
out=out/demo
name="$(basename "${mesh%.*}")"
mkdir -p "$out"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }

say "1. $mesh is read back into a program"
"$shapelang" infer "$mesh" -o "$out/$name.shape" --report "$out/$name.report.json" --render "$out/$name.compare.png"
say "   $out/$name.shape:"
cat "$out/$name.shape"
say "   measured on the text, run again ($out/$name.report.json):"
cat "$out/$name.report.json"

say "2. That program becomes a model and a picture"
"$shapelang" build "$out/$name.shape" -o "$out/$name.glb"
"$shapelang" render "$out/$name.shape" -o "$out/$name.png"

say "3. $program, written by hand: one model, and twelve variants on a sheet"
"$shapelang" build "$program" -o "$out/written.glb"
"$shapelang" render "$program" -o "$out/written.png"
"$shapelang" sample "$program" --count 12 --seed 1 --sheet "$out/written.variants.png"

say "What was made:"
for file in "$name.shape" "$name.report.json" "$name.compare.png" "$name.glb" "$name.png" written.glb written.png written.variants.png; do
    [ -s "$out/$file" ] || { printf 'demo: %s was not written\n' "$out/$file" >&2; exit 1; }
    printf '  %s\n' "$out/$file"
done
