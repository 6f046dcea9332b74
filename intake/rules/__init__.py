"""Rules as data: states and transitions, constraints and triggers, privileges of database roles."""
