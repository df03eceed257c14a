# make             the library, the program and the default model, in build/
# make quickstart  installs what is missing, builds, and shows the program at work
# make check       unit tests, program tests, fuzz corpus, floors, man pages
# make asan        the same under AddressSanitizer and UBSan
# make lint        format, clang-tidy, cppcheck, shellcheck
# make fuzz        FUZZ_SECONDS (20) of libFuzzer on each reader (wants clang)
# make bench       speed and memory, beside KenLM when KENLM=folder-of-its-binaries
# make install     to PREFIX (/usr/local), below DESTDIR
# CC, CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are the user's; what we need stands in OUR_*.
CC      ?= cc
CFLAGS  ?= -O2 -g
BUILD   ?= build
PREFIX  ?= /usr/local
VERSION := 0.1.0
SONAME  := libngram.so.0

PACKAGES     := glib-2.0 libpcre2-8 zlib libzstd libxxhash
PKG_CONFIG   ?= pkg-config
OUR_CPPFLAGS := -Iinclude -Isrc/cli -DG_LOG_DOMAIN=\"ngram\" -D_GNU_SOURCE \
                -DNG_VERSION=\"$(VERSION)\" $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
# no contraction: what must match to the last digit must not depend on the processor's FMA
OUR_CFLAGS   := -std=c11 -fPIC -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
                -Wdouble-promotion -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wvla \
                -Wundef -Wcast-qual -Wwrite-strings -Wnull-dereference -Wswitch-enum
OUR_LDLIBS   := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lm -pthread

LIB_SRC  := $(filter-out src/cli/%,$(sort $(wildcard src/*/*.c)))
CLI_SRC  := $(sort $(wildcard src/cli/*.c))
TEST_SRC := tests/main.c $(sort $(wildcard tests/*/test-*.c))
FUZZERS  := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz-*.c)))
SCRIPTS  := $(sort $(wildcard tests/cli/*.sh tests/bench/*.sh)) tools/check-layers
PAGES    := $(sort $(wildcard man/*.[15]))
objects   = $(1:%.c=$(BUILD)/%.o)

all: $(BUILD)/ngram $(BUILD)/libngram.so

$(BUILD)/libngram.a: $(call objects,$(LIB_SRC))
	@rm -f $@
	$(AR) rcs $@ $^
$(BUILD)/libngram.so: $(call objects,$(LIB_SRC))
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -o $@ $^ $(LDLIBS) $(OUR_LDLIBS)
$(BUILD)/ngram: $(call objects,$(CLI_SRC)) $(BUILD)/libngram.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(OUR_LDLIBS)
$(BUILD)/check: $(call objects,$(TEST_SRC)) $(BUILD)/libngram.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(OUR_LDLIBS) $(shell $(PKG_CONFIG) --libs check)
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(OUR_CPPFLAGS) $(CPPFLAGS) $(OUR_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf $(BUILD)

.PHONY: all clean
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
