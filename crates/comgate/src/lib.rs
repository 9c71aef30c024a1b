//! The merchant's door that speaks Comgate's Terminal REST API 2.0.
