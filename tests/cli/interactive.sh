#!/bin/sh
# ngram complete --interactive: suggestions while one types, Tab, and no terminal.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
del=$(printf '\177')
letter=$(printf '\303\251')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# typed KEYS...: types them at a terminal, each when the one before has been answered, then ^D
cat >typed.py <<'EOF'
import os, pty, select, sys, time

pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0"  # libedit keeps the names of functions for ever
    os.execv(sys.argv[1], [sys.argv[1], "complete", "--interactive", "-k", "2"])

def drain():
    out, quiet, start = b"", 0, time.time()
    while quiet < 3:  # nothing came for 0.3 s, and something before that
        if select.select([fd], [], [], 0.1)[0]:
            try:
                got = os.read(fd, 4096)
            except OSError:
                return out
            if not got:
                return out
            out, quiet = out + got, 0
        elif out or time.time() > start + 5:
            quiet += 1
    return out

out = drain()
for keys in sys.argv[2:] + ["\4"]:
    os.write(fd, keys.encode())
    out += drain()
sys.stdout.buffer.write(out.replace(b"\r", b""))
sys.stdout.flush()
for _ in range(50):  # ^D has ended it; if not, it is not waited for
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        sys.exit(os.waitstatus_to_exitcode(status))
    time.sleep(0.1)
os.kill(pid, 9)
sys.exit("it did not end")
EOF
typed() {
    python3 typed.py "$ngram" "$@" >out || fail "status $? of typing $*"
}

run 0 "$ngram" train -q -o m.ngram reviews
export NGRAM_MODEL=m.ngram
run 2 "$ngram" complete --interactive
holds err 'wants a terminal'

typed 'x
'
if grep -q 'left out of this program' out; then
    finish
fi
# Tab finishes the word, by its first letters and what stands before
typed 'a waste of ti' "$tab" '
'
holds out '1 .*a waste of time '
typed 'a waste of ?
'
holds out '1 .*a waste of time'
# a letter is a letter in any locale: the one before is deleted whole
LC_ALL=C typed "a waste of $letter" "$del" '?
'
holds out '1 .*a waste of time'
# a line that cannot be completed is no end
typed 'zz?
' 'a waste of ?
'
holds out "no word of the model begins with 'zz'"
holds out '1 .*a waste of time'

finish
