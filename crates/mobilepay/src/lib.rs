//! The merchant's door that speaks MobilePay PoS powered by Integra.
