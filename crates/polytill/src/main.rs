//! The binary. Everything it does is in the library of the same name, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    polytill::main(std::env::args_os())
}
