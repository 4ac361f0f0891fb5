//! Values whose only outer form is their text: one macro gives them serde and `OpenAPI` alike,
//! so that what is read, written and documented cannot part. Knows none of the values.

/// Gives a type that has `Display` and `FromStr` its outer forms: a JSON string both ways and a
/// named string schema. After the type come the schema's builder calls.
macro_rules! written_as_text {
    ($value:ty $(, $set:ident = $to:expr)* $(,)?) => {
        impl serde::Serialize for $value {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $value {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $value {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    $(.$set($to))*
                    .into()
            }
        }

        impl utoipa::ToSchema for $value {}
    };
}

pub(crate) use written_as_text;
