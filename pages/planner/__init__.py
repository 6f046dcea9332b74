"""Week planner: form -> answers -> plan -> wording and drawing. It stores nothing."""
