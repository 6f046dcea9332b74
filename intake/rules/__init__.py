"""Rules as data: states and steps, constraints and triggers, privileges of database roles."""
