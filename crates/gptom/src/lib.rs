//! The merchant's door that speaks GP tom's Cloud API.
