//! The promises under fire: killed at random, flooded, fed rubbish, searched for what must not be kept.

mod crash;
mod journal;
mod nodes;
mod overload;
mod payouts;
mod points_of_sale;
mod recurrences;
mod secrets;
mod strangers;
mod terminals;
mod vault;
