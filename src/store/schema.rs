//! The tables, as diesel sees them. Kept equal to the migrations by a test on both databases.

#![allow(missing_docs, reason = "the tables are documented in migrations/")]

diesel::table! {
    accounts (id) {
        id -> Text,
        email -> Text,
        email_key -> Text,
        name -> Text,
        phone -> Nullable<Text>,
        post -> Nullable<Text>,
        unit -> Nullable<Text>,
        role -> Text,
        region -> Nullable<Text>,
        department -> Nullable<Text>,
        language -> Text,
        password_hash -> Nullable<Text>,
        epoch -> BigInt,
        disabled_at -> Nullable<BigInt>,
        created_at -> BigInt,
        version -> BigInt,
        folded -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        account_id -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        ended_why -> Nullable<Text>,
        hash -> Nullable<Text>,
        seen_at -> Nullable<BigInt>,
        agent -> Nullable<Text>,
    }
}

diesel::table! {
    refresh_tokens (hash) {
        hash -> Text,
        session_id -> Text,
        issued_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Text,
        account_id -> Text,
        name -> Text,
        prefix -> Text,
        hash -> Text,
        expires_on -> Date,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    journal_heads (chain) {
        chain -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    journal_entries (chain, seq) {
        chain -> Text,
        seq -> BigInt,
        at -> BigInt,
        actor_id -> Nullable<Text>,
        actor_name -> Text,
        via -> Text,
        deed -> Text,
        subject -> Text,
        facts -> Text,
        request_id -> Nullable<Text>,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    letters (id) {
        id -> Text,
        dedup_key -> Text,
        letter -> Text,
        recipient_id -> Text,
        recipient_name -> Text,
        address -> Text,
        region -> Nullable<Text>,
        subject -> Text,
        message_id -> Text,
        bytes -> Text,
        urgency -> Text,
        slot_at -> Nullable<BigInt>,
        state -> Text,
        next_attempt_at -> Nullable<BigInt>,
        attempts -> BigInt,
        doubts -> BigInt,
        claim -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        settled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    letter_items (letter_id, position) {
        letter_id -> Text,
        position -> BigInt,
        project_id -> Nullable<Text>,
        deadline_key -> Nullable<Text>,
        step -> Text,
        copy -> Bool,
        due_on -> Nullable<Date>,
        days_overdue -> Nullable<BigInt>,
        reason -> Text,
    }
}

diesel::table! {
    letter_attempts (letter_id, number) {
        letter_id -> Text,
        number -> BigInt,
        at -> BigInt,
        outcome -> Text,
        detail -> Text,
    }
}

diesel::table! {
    calendar_years (year) {
        year -> BigInt,
        status -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    calendar_days (day) {
        day -> Date,
        year -> BigInt,
        kind -> Text,
        name -> Nullable<Text>,
    }
}

diesel::table! {
    projects (id) {
        id -> Text,
        code -> Nullable<Text>,
        name -> Text,
        folded -> Text,
        region -> Text,
        industry -> Nullable<Text>,
        enterprise_name -> Nullable<Text>,
        credit_code -> Nullable<Text>,
        total_investment_yuan -> Nullable<BigInt>,
        content -> Nullable<Text>,
        planned_start_on -> Nullable<Date>,
        planned_finish_on -> Nullable<Date>,
        state -> Text,
        stage -> Text,
        warnings -> Text,
        plan_id -> Nullable<Text>,
        leader_id -> Nullable<Text>,
        team_id -> Nullable<Text>,
        schedule_id -> Nullable<Text>,
        owner_id -> Nullable<Text>,
        launched_on -> Nullable<Date>,
        opening_total_yuan -> Nullable<BigInt>,
        opening_year_yuan -> Nullable<BigInt>,
        opening_year -> Nullable<BigInt>,
        closed_on -> Nullable<Date>,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    project_sources (source, number) {
        source -> Text,
        number -> Text,
        project_id -> Text,
        raw -> Text,
    }
}

diesel::table! {
    pauses (id) {
        id -> Text,
        project_id -> Text,
        kind -> Text,
        reason -> Text,
        from_on -> Date,
        until_on -> Date,
        ended_on -> Nullable<Date>,
    }
}

diesel::table! {
    project_people (account_id, project_id) {
        account_id -> Text,
        project_id -> Text,
    }
}

diesel::table! {
    plans (id) {
        id -> Text,
        project_id -> Text,
        number -> BigInt,
        title -> Text,
        objectives -> Text,
        scope -> Text,
        safeguards -> Text,
        effective_on -> Date,
        total_investment_yuan -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        made_by -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    plan_years (plan_id, year) {
        plan_id -> Text,
        year -> BigInt,
        amount_yuan -> BigInt,
    }
}

diesel::table! {
    appointments (id) {
        id -> Text,
        project_id -> Text,
        pillar -> Text,
        number -> BigInt,
        account_id -> Text,
        from_on -> Date,
        to_on -> Nullable<Date>,
        reason -> Nullable<Text>,
        handed_over -> Text,
        made_by -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    teams (id) {
        id -> Text,
        project_id -> Text,
        number -> BigInt,
        name -> Text,
        convenor_id -> Nullable<Text>,
        made_by -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    team_members (team_id, account_id) {
        team_id -> Text,
        account_id -> Text,
        position -> BigInt,
        duties -> Text,
    }
}

diesel::table! {
    deadlines (key) {
        key -> Text,
        kind -> Text,
        subject_id -> Text,
        project_id -> Text,
        facts -> Text,
        anchor_on -> Date,
        offset_days -> BigInt,
        unit -> Text,
        due_on -> Date,
        provisional -> Bool,
        answerable -> Text,
        person_id -> Nullable<Text>,
        department -> Nullable<Text>,
        region -> Nullable<Text>,
        place -> Text,
        level -> Text,
        critical -> Bool,
        born_at -> BigInt,
        born_on -> Date,
        next_step_on -> Nullable<Date>,
        acknowledged_until -> Nullable<Date>,
        settled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    idempotency_keys (account_id, path, key) {
        account_id -> Text,
        path -> Text,
        key -> Text,
        request_hash -> Text,
        status -> BigInt,
        headers -> Text,
        body -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    uploads (id) {
        id -> Text,
        account_id -> Text,
        list -> Text,
        file_name -> Nullable<Text>,
        digest -> Text,
        applied -> Bool,
        remarks -> Text,
        content -> Nullable<Binary>,
        created_at -> BigInt,
    }
}

diesel::table! {
    schedules (id) {
        id -> Text,
        project_id -> Text,
        number -> BigInt,
        reason -> Nullable<Text>,
        made_by -> Text,
        made_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    milestones (id) {
        id -> Text,
        project_id -> Text,
        position -> BigInt,
        name -> Text,
        kind -> Text,
        weight -> BigInt,
        critical -> Bool,
        baseline_on -> Nullable<Date>,
        due_on -> Date,
        forecast_on -> Nullable<Date>,
        done_on -> Nullable<Date>,
        moves -> BigInt,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    date_changes (id) {
        id -> Text,
        project_id -> Text,
        milestone_id -> Text,
        from_on -> Date,
        due_on -> Date,
        reason -> Text,
        level -> Text,
        state -> Text,
        asked_by -> Nullable<Text>,
        asked_at -> BigInt,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        decision_reason -> Nullable<Text>,
    }
}

diesel::table! {
    blockers (id) {
        id -> Text,
        project_id -> Text,
        region -> Text,
        level -> Text,
        holder_region -> Text,
        category -> Text,
        title -> Text,
        cause -> Text,
        severity -> Text,
        side -> Nullable<Text>,
        department -> Text,
        milestone_id -> Nullable<Text>,
        days_at_risk -> Nullable<BigInt>,
        wished_outcome -> Nullable<Text>,
        state -> Text,
        handler_id -> Nullable<Text>,
        plan -> Nullable<Text>,
        promised_on -> Nullable<Date>,
        outcome -> Nullable<Text>,
        document -> Nullable<Text>,
        raised_by -> Text,
        raised_at -> BigInt,
        accepted_on -> Nullable<Date>,
        resolved_on -> Nullable<Date>,
        closed_on -> Nullable<Date>,
        was_returned -> Bool,
        next_due_on -> Date,
        accept_due_on -> Nullable<Date>,
        reply_due_on -> Nullable<Date>,
        resolve_due_on -> Nullable<Date>,
        confirm_due_on -> Nullable<Date>,
        version -> BigInt,
    }
}

diesel::table! {
    blocker_events (blocker_id, number) {
        blocker_id -> Text,
        number -> BigInt,
        deed -> Text,
        at -> BigInt,
        on_day -> Date,
        actor_id -> Nullable<Text>,
        actor_name -> Text,
        facts -> Text,
    }
}

diesel::table! {
    reports (id) {
        id -> Text,
        project_id -> Text,
        quarter -> Text,
        state -> Text,
        number -> BigInt,
        draft -> Nullable<Text>,
        first_submitted_at -> Nullable<BigInt>,
        submitted_at -> Nullable<BigInt>,
        late -> Nullable<Bool>,
        filed_by -> Nullable<Text>,
        reviewed_by -> Nullable<Text>,
        reviewed_at -> Nullable<BigInt>,
        correction_reason -> Nullable<Text>,
        correction_by -> Nullable<Text>,
        correction_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    report_versions (id) {
        id -> Text,
        report_id -> Text,
        number -> BigInt,
        content -> Text,
        submitted_at -> BigInt,
        filed_by -> Nullable<Text>,
        version_reason -> Nullable<Text>,
        outcome -> Nullable<Text>,
        reasons -> Nullable<Text>,
        reviewed_by -> Nullable<Text>,
        reviewed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ledger (deadline_key, due_on, step, recipient_id) {
        deadline_key -> Text,
        due_on -> Date,
        step -> Text,
        recipient_id -> Text,
        letter_id -> Text,
        told_on -> Date,
    }
}

diesel::table! {
    ledger_steps (deadline_key, due_on, step) {
        deadline_key -> Text,
        due_on -> Date,
        step -> Text,
        outcome -> Text,
        recorded_on -> Date,
    }
}

diesel::table! {
    posted_slots (slot_at) {
        slot_at -> BigInt,
        posted_at -> BigInt,
    }
}

diesel::table! {
    missing_rungs (rung, region, project_id, person_id) {
        rung -> Text,
        region -> Text,
        project_id -> Text,
        person_id -> Text,
        since_on -> Date,
    }
}

diesel::table! {
    approvals (id) {
        id -> Text,
        project_id -> Text,
        item -> Text,
        position -> BigInt,
        department -> Text,
        state -> Text,
        submitted_on -> Nullable<Date>,
        accepted_on -> Nullable<Date>,
        finished_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        document -> Nullable<Text>,
        reason -> Nullable<Text>,
        missing -> Nullable<Text>,
        next_due_on -> Date,
        version -> BigInt,
    }
}

diesel::table! {
    approval_events (approval_id, number) {
        approval_id -> Text,
        number -> BigInt,
        deed -> Text,
        at -> BigInt,
        on_day -> Date,
        actor_id -> Nullable<Text>,
        actor_name -> Text,
        facts -> Text,
    }
}

diesel::table! {
    approval_edges (approval_id, prerequisite) {
        approval_id -> Text,
        prerequisite -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    sessions,
    refresh_tokens,
    api_keys,
    journal_heads,
    journal_entries,
    letters,
    letter_items,
    letter_attempts,
    calendar_years,
    calendar_days,
    projects,
    project_sources,
    pauses,
    project_people,
    plans,
    plan_years,
    appointments,
    teams,
    team_members,
    deadlines,
    idempotency_keys,
    uploads,
    schedules,
    milestones,
    date_changes,
    blockers,
    blocker_events,
    approvals,
    approval_events,
    approval_edges,
    reports,
    report_versions,
    ledger,
    ledger_steps,
    posted_slots,
    missing_rungs,
);
