//! Files that tell what happened on an account: CSV, XLS, ABO and PDF.
