"""What the database itself refuses, whoever asks: to change a used unit or its numbers.

``metadata.create_all`` executes these statements; migrations hold them as they were on their day.
They contain no percent sign, because it would be taken for a parameter.
"""

FINAL_UNITS = """
create or replace function unit_block_is_final() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a unit block is never deleted: ' || old.block_id::text;
    end if;
    if old.state in ('retired', 'cancelled', 'split') then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a ' || old.state || ' unit block is final: ' || old.block_id::text;
    end if;
    if (new.block_id, new.bundle_id, new.numbers, new.unit_class, new.vintage, new.created_at,
        new.for_reserve)
        is distinct from
       (old.block_id, old.bundle_id, old.numbers, old.unit_class, old.vintage, old.created_at,
        old.for_reserve)
    then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'the numbers and origin of a unit block never change: '
                || old.block_id::text;
    end if;
    return new;
end $$;
create trigger unit_block_is_final before update or delete on unit_block
    for each row execute function unit_block_is_final();
"""

FINAL_RETIREMENTS = """
create or replace function retirement_is_final() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'integrity_constraint_violation',
        message = 'a retirement is final: ' || old.retirement_id::text;
end $$;
create trigger retirement_is_final before update or delete on retirement
    for each row execute function retirement_is_final();
"""
