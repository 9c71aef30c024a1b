//! Stories told through real sockets against the real binary, one folder a door.

mod browser;
mod fire;
mod gopay;
mod openapi;
mod readme;
