//! Black-box tests: stories told through real sockets against the real binary, and the rules of the house.
//!
//! One test binary holds all stories (`stories/`), another the rules (`house/`). What the stories stand on
//! is the testkit; this library is empty.
