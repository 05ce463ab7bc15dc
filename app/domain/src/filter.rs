//! Which desktops are shown: the filter, the order and the page, to and from a query string.
