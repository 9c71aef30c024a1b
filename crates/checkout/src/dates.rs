//! Moments as people of each language write them: numeric day, month and year, and the time to the minute.
//!
//! The caller chooses the time zone (shops of this protocol live by Prague's clock, gopay.md §2); its abbreviation
//! is shown, because payers may live by another. English names the month: day and month in figures mean different
//! dates to its readers. Spaces inside never break.

use jiff::Zoned;

use crate::lang::Lang;

/// `strftime` pattern; `~` stands for a no-break space.
const fn pattern(lang: Lang) -> &'static str {
    match lang {
        Lang::Cs => "%-d.~%-m.~%Y~%-H:%M~(%Z)",
        Lang::Sk => "%-d.~%-m.~%Y,~%-H:%M~(%Z)",
        Lang::En => "%-d~%b~%Y,~%H:%M~(%Z)",
        Lang::De | Lang::Ru | Lang::Pl | Lang::Ro => "%d.%m.%Y,~%H:%M~(%Z)",
        Lang::Hu => "%Y.~%m.~%d.~%-H:%M~(%Z)",
        Lang::Bg => "%-d.%m.%Y~г.,~%-H:%M~(%Z)",
        Lang::Hr => "%d.~%m.~%Y.~%H:%M~(%Z)",
        Lang::It => "%d/%m/%Y,~%H:%M~(%Z)",
        Lang::Fr => "%d/%m/%Y~%H:%M~(%Z)",
        Lang::Es => "%-d/%-m/%Y,~%-H:%M~(%Z)",
    }
}

/// `moment` as text in `lang`.
#[must_use]
pub fn format(moment: &Zoned, lang: Lang) -> String {
    moment.strftime(pattern(lang)).to_string().replace('~', "\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::format;
    use crate::lang::Lang;

    #[test]
    fn every_language_writes_a_moment_its_own_way() {
        let moment: jiff::Zoned = "2026-11-05T09:07:31[Europe/Prague]".parse().unwrap();
        for (lang, expected) in [
            (Lang::Cs, "5. 11. 2026 9:07 (CET)"),
            (Lang::Sk, "5. 11. 2026, 9:07 (CET)"),
            (Lang::En, "5 Nov 2026, 09:07 (CET)"),
            (Lang::De, "05.11.2026, 09:07 (CET)"),
            (Lang::Ru, "05.11.2026, 09:07 (CET)"),
            (Lang::Pl, "05.11.2026, 09:07 (CET)"),
            (Lang::Hu, "2026. 11. 05. 9:07 (CET)"),
            (Lang::Ro, "05.11.2026, 09:07 (CET)"),
            (Lang::Bg, "5.11.2026 г., 9:07 (CET)"),
            (Lang::Hr, "05. 11. 2026. 09:07 (CET)"),
            (Lang::It, "05/11/2026, 09:07 (CET)"),
            (Lang::Fr, "05/11/2026 09:07 (CET)"),
            (Lang::Es, "5/11/2026, 9:07 (CET)"),
        ] {
            let text = format(&moment, lang);
            assert!(!text.contains(' '), "a breaking space in {text:?}");
            assert_eq!(text.replace('\u{a0}', " "), expected, "{lang:?}");
        }
    }

    #[test]
    fn summer_time_is_named() {
        let moment: jiff::Zoned = "2026-07-05T18:07:00[Europe/Prague]".parse().unwrap();
        assert_eq!(format(&moment, Lang::De).replace('\u{a0}', " "), "05.07.2026, 18:07 (CEST)");
    }
}
