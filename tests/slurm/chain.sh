#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A chain of jobs that is cut three times and goes on by itself, by preemption and warnings, under srun and under mpirun,
# ends with the spikes and weights of a run without a break; one that is cancelled stays away. Jobs of a minute are warned
# by Slurm itself, or leave by themselves before it is over.
set -u
. "$SOURCE_DIR/tests/slurm/cluster/begin.sh"
config=tests/fixtures/columns.yaml
spread='regions.cortex.populations.E.V_init={type: uniform, min: -65 mV, max: -50 mV}'
hashes() { grep -h '"spike_hash"\|"weight_hash"' "$1/summary.json"; }
goes() { [ -n "$(find "$1/parts" -name '*.part' -newer mark 2>/dev/null)" ]; } # whether a run has recorded since `mark`
restarts() { scontrol show job "$1" | sed -n 's/.* Restarts=\([0-9]*\).*/\1/p'; }
submit() {
    sh "$SOURCE_DIR/scripts/submit" $config --program "$PHASIC" --set "$spread" --set 'simulation.duration=1 h' \
        --template chain --ranks 2 "$@" >said 2>&1 ||
        fail "submit: $(cat said)"
}

# provoke JOB N: what Slurm sends before the end, or the second time somebody who needs the node more.
provoke() {
    if [ "$2" = 2 ]; then
        sbatch --partition=urgent --nodelist=n1 --exclusive --output=/dev/null --wrap=true >said || fail "$(cat said)"
    else
        scancel --batch --signal=USR1 "$1"
    fi
}

# cut JOB FOLDER N: once the run is on its way. Fails when the run was complete before.
cut() {
    for _ in $(seq 2400); do
        case $(state "$1") in
        RUNNING) goes "$2" && break ;;
        COMPLETED) return 1 ;;
        FAILED | CANCELLED) fail "$2 has ended as $(state "$1")" ;;
        esac
        sleep 0.25
    done
    had=$(restarts "$1")
    provoke "$1" "$3"
    for _ in $(seq 2400); do
        case $(state "$1") in
        COMPLETED) return 1 ;;
        FAILED | CANCELLED) fail "$2 has ended as $(state "$1")" ;;
        esac
        [ "$(restarts "$1")" -gt "$had" ] && return
        sleep 0.25
    done
    fail "$2: job $1 was not queued again"
}

# chain LAUNCH SECONDS: of biological time. Fails when that was too short to be cut three times.
chain() {
    out=out/$1-$2
    touch mark
    submit --until "$2 s" --launch "$1" --out "$out" --directive '#SBATCH --nodelist=n1'
    job=$(number)
    for n in 1 2 3; do
        cut "$job" "$out" $n || return
        touch mark
    done
    over "$job" 900
    [ "$(state "$job")" = COMPLETED ] || fail "$out: $(state "$job")"
    [ -e "plain-$2" ] || "$PHASIC" run $config --set "$spread" --set 'simulation.duration=1 h' --until "$2 s" --out "plain-$2" --quiet ||
        fail "without a break"
    [ "$(hashes "$out")" = "$(hashes "plain-$2")" ] || fail "$out: $(hashes "$out"), not $(hashes "plain-$2")"
}

# Jobs of a minute, beside the others: one that Slurm warns, which may be half a minute before it should; one that it
# does not (URG says nothing), which goes by the end of its job. They are not queued again (MOST), so that they end.
minute() { # NAME SIGNAL
    submit --ranks 1 --time 1 --out "out/$1" --directive '#SBATCH --nodelist=n2' --dry-run
    grep -q '^#SBATCH --signal=B:USR1@30$' said || fail "$(cat said)"
    sed "s/^MOST=.*/MOST=0/; s/^#SBATCH --signal=.*/#SBATCH --signal=B:$2/" said >"$1.job"
    job=$(sbatch --parsable --job-name="$1" "$1.job") || fail "$1"
}
touch mark
minute warned USR1@10
warned=$job
minute late URG@10
late=$job
for _ in $(seq 240); do
    goes out/warned && goes out/late && break
    sleep 0.25
done
for pid in $(pgrep -x phasic); do
    [ "$(readlink "/proc/$pid/cwd")" = "$work" ] && renice -n 19 -p "$pid" >/dev/null
done

# How long the run must be for three cuts depends on the machine.
for launch in srun mpirun; do
    chain $launch 10 || chain $launch 60 || chain $launch 300 || fail "$launch: runs are over before they are cut"
done

# A job that is cancelled stays away.
touch mark
submit --until '600 s' --out out/cancelled
job=$(number)
until goes out/cancelled; do
    sleep 0.25
done
scancel "$job"
over "$job" 120
sleep 2
[ "$(state "$job")" = CANCELLED ] || fail "a cancelled job is $(state "$job")"

for job in "$warned" "$late"; do
    over "$job" 120
    scontrol show job "$job" | grep -q ' ExitCode=5:0' || fail "job $job: $(scontrol show job "$job")"
done
for name in warned late; do
    [ -n "$(ls out/$name/checkpoints)" ] && grep -q "out/$name: queued again 0 times" $name-*.log || fail "$(cat $name-*.log)"
done
grep -q 'warned by Slurm' warned-*.log || fail "Slurm has not warned: $(cat warned-*.log)"
grep -q 'warned by Slurm' late-*.log && fail "Slurm has warned"
grep -q 'will not fit: about' late-*.log || fail "the end of the job was not known: $(cat late-*.log)"
echo "cut three times each, the chains ended as the run without a break"
