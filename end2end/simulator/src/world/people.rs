//! The users of the seeded world. They are invented, and some of them have names that break careless pages.

use crate::dice::Dice;

const FIRST: [&str; 24] = [
    "a", "aisha", "b", "chen", "d", "emre", "f", "grace", "h", "ines", "j", "kofi", "l", "mei", "n", "olu", "p", "q",
    "ravi", "s", "tom", "u", "v", "w",
];
const LAST: [&str; 28] = [
    "adeyemi",
    "bauer",
    "chan",
    "dubois",
    "eriksen",
    "fischer",
    "goh",
    "haddad",
    "ivanova",
    "jansen",
    "keller",
    "lim",
    "moreau",
    "ng",
    "okafor",
    "park",
    "quist",
    "rossi",
    "silva",
    "tan",
    "ueda",
    "vargas",
    "wong",
    "xu",
    "yilmaz",
    "zhou",
    "mbeki",
    "lindqvist",
];
const NON_ASCII: [&str; 8] = [
    "Łukasz Żółkiewski",
    "王小明",
    "Δήμητρα Παπαδοπούλου",
    "נועה כהן",
    "عمر خالد",
    "Zoë Çelik",
    "Đặng Thị Mỹ",
    "佐藤 花子",
];

/// A user as most are: a login name, now and then a name in another script.
pub(super) fn ordinary(dice: &mut Dice) -> String {
    if dice.happens(6) {
        return dice.pick(&NON_ASCII).to_owned();
    }
    format!("{}.{}", dice.pick(&FIRST), dice.pick(&LAST))
}

/// The names that every world of some size holds; `None` past their end.
pub(super) fn peculiar(position: usize) -> Option<String> {
    let names = NON_ASCII.into_iter().chain([
        "<b>bold</b>",
        "</textarea><script>alert(1)</script>",
        // A mark that turns the rest of the line around: "gnp.exe" looks like "exe.png".
        "invoice\u{202e}gnp.exe",
        "\"quoted\" & 'single' = user",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301} stacked",
        "  spaces  around  ",
    ]);
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.push("Aleksandra-".chars().cycle().take(4_096).collect());
    names.into_iter().nth(position)
}
