//! Dates for file names.

/// Seconds in a day.
const DAY: i64 = 86_400;

/// The date, in UTC, as `2026-11-24`.
pub(crate) fn date(now: i64) -> String {
    let (year, month, day) = civil(now.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Date and time of day, in UTC, as `2026-11-24-153000`.
pub(crate) fn moment(now: i64) -> String {
    let second = now.rem_euclid(DAY);
    format!("{}-{:02}{:02}{:02}", date(now), second / 3600, second / 60 % 60, second % 60)
}

/// Year, month and day, that many days after 1 January 1970 in the Gregorian calendar. Years are counted from
/// 1 March, so that the leap day is a year's last and months have the lengths (153 m + 2) / 5; the calendar repeats
/// after 400 years = 146,097 days.
fn civil(days: i64) -> (i64, i64, i64) {
    // 1 March of the year 0 is 719,468 days before 1970.
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (400 * era + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // From `date -u -d @N`.
        let known = [
            (0, "1970-01-01-000000"),
            (951_782_399, "2000-02-28-235959"),
            (951_782_400, "2000-02-29-000000"),
            (1_709_251_199, "2024-02-29-235959"),
            (1_795_490_130, "2026-11-24-031530"),
            (4_107_542_400, "2100-03-01-000000"),
            (-1, "1969-12-31-235959"),
        ];
        for (now, text) in known {
            assert_eq!(moment(now), text);
        }
    }

    #[test]
    fn no_clock_is_too_wrong_for_a_date() {
        assert!(!date(i64::MAX).is_empty() && !date(i64::MIN).is_empty());
    }
}
