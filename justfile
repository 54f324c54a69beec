# Every verb is a plain call: without just, type what stands below it.

# What this file can do.
default:
    @just --list

# The main job: the sample into the local tenant.
migrate *ARGS:
    cargo run --release -- migrate {{ARGS}}

# The tests.
test:
    cargo test --workspace

# The lints, as CI sees them.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# The tests that need Node.js.
conformance:
    conformance/run.sh

# What a conversion costs; --help for the options.
bench *ARGS:
    bench/convert.sh {{ARGS}}

# What dataflows cost, and how fast a site is read; --help for the options.
bench-dataflow *ARGS:
    bench/dataflow.sh {{ARGS}}

# Everything that must hold before a change is done.
ci:
    .ci/run
