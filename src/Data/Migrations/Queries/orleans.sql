-- The SQL that Orleans' ADO.NET providers run, written to their contract (parameter and column names) and better than stock. Applied at
-- every migration: query text is code, not history. A silo reads its queries once, at start.

-- Storage -------------------------------------------------------------------------------------------------------------------------
-- One statement per write. No row + null version: insert. Row + equal version: update. Anything else returns no row, which Orleans
-- answers with InconsistentStateException: also a stale writer whose row is gone (non-null version, no row), which must not insert.
-- Keys that are not prefixed strings give a null or unprefixed key and break on the table's constraints.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('WriteToStorageKey', $q$
    INSERT INTO grain_state AS g (state, key, owner, status, due_at, sort_at, version, payload)
    SELECT @GrainTypeString,
           CASE WHEN @GrainIdN0 = 0 AND @GrainIdN1 = 0 THEN @GrainIdExtensionString END,
           p.payload->'list'->>'owner',
           p.payload->'list'->>'status',
           (p.payload->'list'->>'dueAt')::bigint,
           (p.payload->'list'->>'sortAt')::bigint,
           1,
           p.payload
    FROM (SELECT convert_from(@PayloadBinary, 'UTF8')::jsonb AS payload) p
    WHERE @GrainStateVersion IS NULL
       OR EXISTS (SELECT FROM grain_state e WHERE e.state = @GrainTypeString AND e.key = @GrainIdExtensionString)
    ON CONFLICT (state, key) DO UPDATE
        SET owner = excluded.owner, status = excluded.status, due_at = excluded.due_at, sort_at = excluded.sort_at,
            payload = excluded.payload, version = g.version + 1
        WHERE g.version = @GrainStateVersion
    RETURNING g.version AS NewGrainStateVersion
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadFromStorageKey', $q$
    SELECT convert_to(g.payload::text, 'UTF8') AS PayloadBinary, g.version AS Version
    FROM grain_state g
    WHERE g.state = @GrainTypeString AND g.key = @GrainIdExtensionString AND @GrainIdN0 = 0 AND @GrainIdN1 = 0
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- Never deletes: the version must go on counting, or a stale writer could match a reborn row.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ClearStorageKey', $q$
    UPDATE grain_state g
    SET payload = NULL, owner = NULL, status = NULL, due_at = NULL, sort_at = NULL, version = g.version + 1
    WHERE g.state = @GrainTypeString AND g.key = @GrainIdExtensionString AND g.version = @GrainStateVersion
    RETURNING g.version AS NewGrainStateVersion
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- Clustering ----------------------------------------------------------------------------------------------------------------------
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('InsertMembershipVersionKey', $q$
    WITH added AS (
        INSERT INTO orleans_membership_version (deployment_id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::int FROM added
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- The version row and the silo's row change together or not at all: each depends on the other inside one statement.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('InsertMembershipKey', $q$
    WITH bumped AS (
        UPDATE orleans_membership_version v SET version = v.version + 1
        WHERE v.deployment_id = @DeploymentId AND v.version = @Version
          AND NOT EXISTS (SELECT FROM orleans_membership m
                          WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING 1),
    added AS (
        INSERT INTO orleans_membership
            (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
        SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM bumped RETURNING 1)
    SELECT count(*)::int FROM added
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('UpdateMembershipKey', $q$
    WITH bumped AS (
        UPDATE orleans_membership_version v SET version = v.version + 1
        WHERE v.deployment_id = @DeploymentId AND v.version = @Version
          AND EXISTS (SELECT FROM orleans_membership m
                      WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING 1),
    changed AS (
        UPDATE orleans_membership m SET status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
        FROM bumped
        WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        RETURNING 1)
    SELECT count(*)::int FROM changed
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('UpdateIAmAlivetimeKey', $q$
    UPDATE orleans_membership SET i_am_alive_time = @IAmAliveTime
    WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('MembershipReadRowKey', $q$
    SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
           m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes,
           m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
    FROM orleans_membership_version v
    LEFT JOIN orleans_membership m
        ON m.deployment_id = v.deployment_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.deployment_id = @DeploymentId
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('MembershipReadAllKey', $q$
    SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
           m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes,
           m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
    FROM orleans_membership_version v
    LEFT JOIN orleans_membership m ON m.deployment_id = v.deployment_id
    WHERE v.deployment_id = @DeploymentId
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('GatewaysQueryKey', $q$
    SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
    FROM orleans_membership
    WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- 3 = Active: a silo that still counts is never cleaned away, however old its sign of life.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('CleanupDefunctSiloEntriesKey', $q$
    DELETE FROM orleans_membership
    WHERE deployment_id = @DeploymentId AND i_am_alive_time < @IAmAliveTime AND status <> 3
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteMembershipTableEntriesKey', $q$
    WITH silos AS (DELETE FROM orleans_membership WHERE deployment_id = @DeploymentId)
    DELETE FROM orleans_membership_version WHERE deployment_id = @DeploymentId
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- Reminders -----------------------------------------------------------------------------------------------------------------------
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('UpsertReminderRowKey', $q$
    INSERT INTO orleans_reminders AS r (service_id, grain_id, reminder_name, start_time, period_ms, grain_hash, version)
    VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
    ON CONFLICT (service_id, grain_id, reminder_name) DO UPDATE
        SET start_time = excluded.start_time, period_ms = excluded.period_ms, grain_hash = excluded.grain_hash, version = r.version + 1
    RETURNING r.version AS Version
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadReminderRowsKey', $q$
    SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period, version AS Version
    FROM orleans_reminders WHERE service_id = @ServiceId AND grain_id = @GrainId
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadReminderRowKey', $q$
    SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period, version AS Version
    FROM orleans_reminders WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- A silo reads its ranges every 5 minutes and keeps in memory what is due within 10; reading only what starts within 20 loses no tick
-- and spares it the rows of a distant future (1M of them: +48 MB instead of +462 MB). A filter narrower than the window or than two
-- refreshes would lose ticks: a test pins it.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadRangeRows1Key', $q$
    SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period, version AS Version
    FROM orleans_reminders
    WHERE service_id = @ServiceId AND start_time <= business_now() + interval '20 minutes'
      AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadRangeRows2Key', $q$
    SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period, version AS Version
    FROM orleans_reminders
    WHERE service_id = @ServiceId AND start_time <= business_now() + interval '20 minutes'
      AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteReminderRowKey', $q$
    WITH gone AS (
        DELETE FROM orleans_reminders
        WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName AND version = @Version
        RETURNING 1)
    SELECT count(*)::int FROM gone
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteReminderRowsKey', $q$
    DELETE FROM orleans_reminders WHERE service_id = @ServiceId
$q$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
