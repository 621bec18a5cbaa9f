"""What the database itself refuses, whoever asks: to change what was published or decided.

``metadata.create_all`` executes these statements; the migration that brought them holds a copy of
its own. They contain no percent sign, because both ways would take it for a parameter.
"""

FINAL_VERSIONS = """
create or replace function methodology_version_is_final() returns trigger language plpgsql as $$
begin
    if old.state = 'published' then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a published methodology never changes: ' || old.code || '@' || old.version;
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    if (new.code, new.version) is distinct from (old.code, old.version) then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a methodology version keeps its name: ' || old.code || '@' || old.version;
    end if;
    return new;
end $$;
create trigger methodology_version_is_final before update or delete on methodology_version
    for each row execute function methodology_version_is_final();
"""

FINAL_STEPS = """
create or replace function methodology_step_is_final() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'integrity_constraint_violation',
        message = 'what was decided stays on record: ' || old.code || '@' || old.version;
end $$;
create trigger methodology_step_is_final before update or delete on methodology_step
    for each row execute function methodology_step_is_final();
create trigger methodology_withdrawal_is_final before update or delete on methodology_withdrawal
    for each row execute function methodology_step_is_final();
"""
