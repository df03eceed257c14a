/* suites.h - every suite once; add a line here for a new tests file. */
