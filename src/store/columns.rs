//! How the kernel's values are written to and read from columns, once for both databases.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Date};

use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::{Day, Moment, Quarter};

/// Stores a value by its `as_str()` and reads it by its `FromStr`.
#[macro_export]
macro_rules! text_column {
    ($name:ty) => {
        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Text, DB>::to_sql(self.as_str(), out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text: String =
                    diesel::deserialize::FromSql::<diesel::sql_types::Text, DB>::from_sql(bytes)?;
                text.parse()
                    .map_err(|fault| format!("a column holds {text:?}: {fault}").into())
            }
        }
    };
}

text_column!(Id);
text_column!(Quarter);
text_column!(crate::kernel::identifiers::Region);
text_column!(crate::kernel::identifiers::Level);

macro_rules! number_column {
    ($name:ty, $make:expr) => {
        impl<DB: Backend> ToSql<BigInt, DB> for $name
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<BigInt, DB>::to_sql(&self.0, out)
            }
        }

        impl<DB: Backend> FromSql<BigInt, DB> for $name
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(bytes).map($make)
            }
        }
    };
}

number_column!(Moment, Moment::from_millis);
number_column!(Yuan, Yuan);

impl<DB: Backend> ToSql<Date, DB> for Day
where
    chrono::NaiveDate: ToSql<Date, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        ToSql::<Date, DB>::to_sql(&self.0, out)
    }
}

impl<DB: Backend> FromSql<Date, DB> for Day
where
    chrono::NaiveDate: FromSql<Date, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        chrono::NaiveDate::from_sql(bytes).map(Day::from_date)
    }
}
