//! Numbers as people read them: commas from 1,000 on, singular forms where it is 1.

/// A number with a comma between thousands: `1,284`.
pub fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 desktop`, `1,284 desktops`.
pub fn counted(number: u32, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number of desktops: `1 desktop`, `37 desktops`.
pub fn desktops(number: u32) -> String {
    counted(number, "desktop", "desktops")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_carry_a_comma() {
        for (number, text) in
            [(0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn one_is_singular_and_nothing_else_is() {
        assert_eq!(desktops(0), "0 desktops");
        assert_eq!(desktops(1), "1 desktop");
        assert_eq!(desktops(5_000), "5,000 desktops");
    }
}
