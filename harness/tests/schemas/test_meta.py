"""Is every schema file a schema, for both validators?"""

from __future__ import annotations

import jsonschema
import jsonschema_rs
import pytest

from streamgauge import data


@pytest.mark.parametrize("name", data.schema_names())
def test_a_schema_file_passes_its_meta_schema(name):
    schema = data.schema(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize("name", data.schema_names())
def test_a_schema_file_says_what_it_is_for(name):
    schema = data.schema(name)
    assert schema["title"]
    assert schema["$comment"]
