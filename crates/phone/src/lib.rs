//! The payer's door with a phone: an app in the browser and the simulation API under it.
