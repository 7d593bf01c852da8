#!/bin/bash
# fuzz.sh KIND RUNS SEED
cd /tmp/w/gate-fuzz
export HIST_RUNS=$2 HIST_SEED=$3
[ $1 = sqlite ] && export SKIP_POSTGRES=1
exec nice -n 19 node_modules/.bin/vitest run src/sync/histories.property.test.ts -t "$([ $1 = sqlite ] && echo SQLite || echo PostgreSQL)" --reporter=default > /tmp/w/gate-fuzz.$1.$3.log 2>&1
