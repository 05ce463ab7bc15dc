//! What Drydock can do, as use cases over four ports. Knows neither HTTP nor SQL.

pub mod audit;
pub mod ports;
pub mod review;
pub mod secret;
