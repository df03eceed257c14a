# make             the library, the program and the default model, in build/
# make quickstart  installs what is missing, builds, and shows the program at work
# make check       unit tests, program tests, fuzz corpus, floors, man pages
# make asan        the same under AddressSanitizer and UBSan
# make lint        format, clang-tidy, cppcheck, shellcheck
# make fuzz        FUZZ_SECONDS (20) of libFuzzer on each reader (wants clang)
# make bench       speed, memory and growth, beside KenLM when KENLM=folder-of-its-binaries
# make bench-attribution   how well and how fast authors are told apart, beside scikit-learn
# make install     to PREFIX (/usr/local), below DESTDIR
# CC, CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are the user's; what we need stands in OUR_*.
CC      ?= cc
CFLAGS  ?= -O2 -g
BUILD   ?= build
PREFIX  ?= /usr/local
VERSION := 0.1.0
SONAME  := libngram.so.0

PACKAGES     := glib-2.0 libpcre2-8 zlib libzstd libxxhash openblas libpng
PKG_CONFIG   ?= pkg-config
OUR_CPPFLAGS := -Iinclude -DG_LOG_DOMAIN=\"ngram\" -D_GNU_SOURCE \
                -DNG_VERSION=\"$(VERSION)\" -DNG_DATADIR=\"$(PREFIX)/share\" \
                $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
# no contraction: what must match to the last digit must not depend on the processor's FMA
OUR_CFLAGS   := -std=c11 -fPIC -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
                -Wdouble-promotion -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wvla \
                -Wundef -Wcast-qual -Wwrite-strings -Wnull-dereference -Wswitch-enum
OUR_LDLIBS   := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lm -pthread

# ngram complete --interactive, where libedit is there
ifeq ($(shell $(PKG_CONFIG) --exists libedit 2>/dev/null && echo yes),yes)
OUR_CPPFLAGS += -DNG_HAVE_LIBEDIT $(shell $(PKG_CONFIG) --cflags libedit)
CLI_LDLIBS   += $(shell $(PKG_CONFIG) --libs libedit)
endif

# ngram score --plot FILE.png, where cairo is there
ifeq ($(shell $(PKG_CONFIG) --exists cairo 2>/dev/null && echo yes),yes)
OUR_CPPFLAGS += -DNG_HAVE_CAIRO $(shell $(PKG_CONFIG) --cflags cairo)
CLI_LDLIBS   += $(shell $(PKG_CONFIG) --libs cairo)
endif

LIB_SRC  := $(filter-out src/cli/%,$(sort $(wildcard src/*/*.c)))
CLI_SRC  := $(sort $(wildcard src/cli/*.c))
TEST_SRC := tests/main.c $(sort $(wildcard tests/*/test-*.c))
FUZZERS  := $(patsubst tests/fuzz/fuzz-%.c,%,$(sort $(wildcard tests/fuzz/fuzz-*.c)))
FUZZ_SECONDS ?= 20
CLI_TESTS := $(sort $(wildcard tests/cli/*.sh))
SCRIPTS  := $(CLI_TESTS) tests/cli/lib tools/check-layers \
            tools/deps tools/demo .ci/run
PAGES1   := $(sort $(wildcard man/*.1))
PAGES5   := $(sort $(wildcard man/*.5))
CORPUS   := $(sort $(wildcard corpus/*/*.txt))
objects   = $(1:%.c=$(BUILD)/%.o)
link      = $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(OUR_LDLIBS)

ifeq ($(shell $(PKG_CONFIG) --exists $(PACKAGES) 2>/dev/null && echo yes),)
ifeq ($(filter quickstart check asan clean,$(MAKECMDGOALS)),)
$(error missing one of: $(PACKAGES); 'tools/deps' installs them)
endif
endif

all: $(BUILD)/ngram $(BUILD)/libngram.so $(BUILD)/default.ngram

$(BUILD)/libngram.a: $(call objects,$(LIB_SRC))
	@rm -f $@
	$(AR) rcs $@ $^
# the shared library shows what the public headers name, and nothing else
$(BUILD)/libngram.map: $(wildcard include/ngram/*.h)
	@mkdir -p $(@D)
	(echo '{ global:'; grep -ohE '\bng_[a-z0-9_]+ ?\(' $^ | tr -d ' (' | sort -u | sed 's/$$/;/'; \
	    echo 'local: *; };') > $@
$(BUILD)/libngram.so: $(call objects,$(LIB_SRC)) $(BUILD)/libngram.map
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) \
	    -Wl,--version-script=$(BUILD)/libngram.map -o $@ $(filter %.o,$^) $(LDLIBS) $(OUR_LDLIBS)
$(BUILD)/ngram: $(call objects,$(CLI_SRC)) $(BUILD)/libngram.a
	$(link) $(CLI_LDLIBS)
$(BUILD)/check: $(call objects,$(TEST_SRC)) $(BUILD)/libngram.a
	$(link) $(shell $(PKG_CONFIG) --libs check 2>/dev/null)
$(BUILD)/replay-%: $(BUILD)/tests/fuzz/fuzz-%.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/libngram.a
	$(link)
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(OUR_CPPFLAGS) $(CPPFLAGS) $(OUR_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/default.ngram: $(BUILD)/ngram $(CORPUS)
	$(BUILD)/ngram train -q --open --keep-text -o $@ corpus
.SECONDARY:

quickstart:
	@tools/deps build
	@$(MAKE) --no-print-directory all
	@tools/demo $(BUILD)/ngram

# installs what the tests want first, then starts over: the flags above depend on it
check:
	@tools/deps build test
	@$(MAKE) --no-print-directory check-installed
check-installed: all $(BUILD)/check $(FUZZERS:%=$(BUILD)/replay-%)
	tools/check-layers
	@set -e; for t in $(CLI_TESTS); do echo $$t; $$t $(BUILD)/ngram; done
	@set -e; for f in $(FUZZERS); do printf 'fuzz corpus %s: ' $$f; \
	    G_DEBUG=fatal-criticals G_SLICE=always-malloc $(BUILD)/replay-$$f tests/fuzz/corpus/$$f; done
	G_DEBUG=fatal-criticals G_SLICE=always-malloc $(BUILD)/check

SANITIZE := -fsanitize=address,undefined
asan:
	$(MAKE) check BUILD=build/asan LDFLAGS="$(SANITIZE)" \
	    CFLAGS="-O1 -g $(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer"

lint:
	clang-format --dry-run -Werror $(wildcard include/*/*.h src/*/*.[ch] tests/*.[ch] tests/*/*.[ch])
	printf '%s\n' $(LIB_SRC) $(CLI_SRC) $(TEST_SRC) | xargs -P 2 -n 12 sh -c \
	    'exec clang-tidy --quiet "$$@" -- $(subst ",\",$(subst \",",$(OUR_CPPFLAGS))) -std=c11' tidy
	cppcheck -q --error-exitcode=1 --library=gtk,posix,gnu --std=c11 -Iinclude \
	    -D_GNU_SOURCE '-DNG_VERSION=""' --enable=warning,style,performance,portability \
	    --inline-suppr --suppress=missingIncludeSystem \
	    --suppress=arrayIndexOutOfBoundsCond --suppress=knownConditionTrueFalse src
	shellcheck -s sh -x $(filter-out .ci/run,$(SCRIPTS))
	shellcheck .ci/run

fuzz: $(FUZZERS:%=fuzz-%)
fuzz-%: tests/fuzz/fuzz-%.c $(LIB_SRC)
	@mkdir -p $(BUILD)/fuzz/$*
	clang $(OUR_CPPFLAGS) -std=c11 -ffp-contract=off -g -O1 -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=all -o $(BUILD)/$@ $^ $(OUR_LDLIBS)
	G_SLICE=always-malloc G_DEBUG=fatal-criticals $(BUILD)/$@ -max_total_time=$(FUZZ_SECONDS) \
	    -max_len=20000 -artifact_prefix=$(BUILD)/fuzz/ $(BUILD)/fuzz/$* tests/fuzz/corpus/$*

bench: all
	tests/bench/speed.py $(BUILD)/ngram
	tests/bench/growth.py $(BUILD)/ngram docs/growth.png

bench-attribution: all
	tests/bench/attribution.py $(BUILD)/ngram

install: all
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin lib/pkgconfig include/ngram share/ngram \
	    share/man/man1 share/man/man5)
	install $(BUILD)/ngram $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(BUILD)/libngram.a $(DESTDIR)$(PREFIX)/lib
	install $(BUILD)/libngram.so $(DESTDIR)$(PREFIX)/lib/libngram.so.$(VERSION)
	ln -sf libngram.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(PREFIX)/lib/libngram.so
	install -m 644 include/ngram/*.h $(DESTDIR)$(PREFIX)/include/ngram
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' ngram.pc.in \
	    > $(DESTDIR)$(PREFIX)/lib/pkgconfig/ngram.pc
	install -m 644 $(BUILD)/default.ngram $(DESTDIR)$(PREFIX)/share/ngram
	install -m 644 $(PAGES1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(PAGES5) $(DESTDIR)$(PREFIX)/share/man/man5

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,bin/ngram lib/libngram.a lib/libngram.so \
	    lib/$(SONAME) lib/libngram.so.$(VERSION) lib/pkgconfig/ngram.pc share/ngram/default.ngram \
	    $(PAGES1:man/%=share/man/man1/%) $(PAGES5:man/%=share/man/man5/%))
	rm -rf $(DESTDIR)$(PREFIX)/include/ngram
	-rmdir $(DESTDIR)$(PREFIX)/share/ngram 2>/dev/null

clean:
	rm -rf $(BUILD)

.PHONY: all quickstart check check-installed asan lint fuzz bench bench-attribution install uninstall clean
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
