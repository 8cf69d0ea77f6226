//! Tests of the house as a whole; the package has no library code of its own.
