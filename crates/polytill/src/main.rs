//! The binary. Everything it does is in the library of the same name, where tests reach it.

use std::process::ExitCode;

/// Small allocations from many threads are what a request is made of; the system's allocator is slower at them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    polytill::main(std::env::args_os())
}
