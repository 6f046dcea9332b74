"""The week planner: form -> answers -> plan -> wording and drawing. Nothing is stored."""
