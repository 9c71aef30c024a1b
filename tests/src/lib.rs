//! Black-box stories through real sockets.
