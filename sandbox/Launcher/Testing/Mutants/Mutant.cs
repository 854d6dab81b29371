namespace Webrana.Sandbox.Launcher.Testing.Mutants;

/// <summary>A fault that somebody could one day write, and the test that must notice.</summary>
/// <param name="Name">Also the value of <see cref="Variable"/> that wakes it.</param>
/// <param name="Breaks">What is wrong with it, in words.</param>
/// <param name="File">Where it is put.</param>
/// <param name="Original">The text there.</param>
/// <param name="Changed">What stands there instead; MUTANT is whether it is awake.</param>
/// <param name="Project">The test project that must catch it.</param>
/// <param name="Test">The test, as xunit's -method filter.</param>
sealed record Mutant(string Name, string Breaks, string File, string Original, string Changed, string Project, string Test)
{
    /// <summary>All mutants live in one build and sleep; this wakes one.</summary>
    internal const string Variable = "WEBRANA_MUTANT";

    const string Statement = "src/Data/Wallets/CommitStatement.cs";
    const string Loop = "src/Grains/Wallets/WalletGrain.Loop.cs";
    const string Migrator = "src/Data/Migrations/Migrator.cs";
    const string Granted = "await new ApplicationRole(options, AllowClockMoves).GrantAsync(connection, cancellation);";

    /// <summary>Those of the ledger's design, and one for each promise that a single line keeps.</summary>
    internal static IReadOnlyList<Mutant> All { get; } =
    [
        // The three of the statement are put in one after the other, each behind the one before.
        new("window-in-memory", "duplicates are known from memory only, the ledger is not asked",
            Statement, "(Sql, connection)",
            """((MUTANT ? Sql.Replace("WHERE x.wallet_id = l.wallet_id AND x.operation_id = l.operation_id OFFSET 0", "WHERE false OFFSET 0") : Sql), connection)""",
            "Data", "*A_refused_operation_that_had_happened_is_answered_from_its_row"),
        new("no-fence", "a wallet is written whatever version it has meanwhile",
            Statement, " : Sql), connection)",
            """ : (MUTANT ? Sql.Replace("AND w.version = i.version0 AND w.balance = i.balance0 AND w.held = i.held0", "").Replace("AND w.version = f.version0 AND", "AND") : Sql)), connection)""",
            "Data", "*Two_writers_of_one_version_one_wins"),
        new("absolute-balance", "a balance is written over another than the one it was computed from",
            Statement, " : Sql)), connection)",
            """ : (MUTANT ? Sql.Replace("AND w.balance = i.balance0 AND w.held = i.held0", "") : Sql))), connection)""",
            "Data", "*A_wrong_balance_at_the_right_version_is_fenced_too"),
        new("whole-batch-fails", "one poisoned wallet fails everybody in its statement",
            "src/Data/Wallets/LedgerStore.cs", "            if (batch.Count == 1)\n            {",
            """
                        if (MUTANT)
                        {
                            foreach (var request in batch) request.Answer(new CommitAnswer(CommitOutcome.Refused, [], exception));
                            return;
                        }

                        if (batch.Count == 1)
                        {
            """,
            "Data", "*A_batch_of_wallets_is_answered_one_by_one"),
        new("refusal-from-memory", "a debit is refused without asking the ledger",
            Loop, "                var answer = await ledger.CommitAsync(step.Item);",
            """
                            if (MUTANT && !step.Writes)
                            {
                                Settle(step, work);
                                continue;
                            }

                            var answer = await ledger.CommitAsync(step.Item);
            """,
            "Grains", "*A_wallet_changed_behind_its_back_is_noticed_and_a_refusal_from_memory_is_not_given"),
        new("no-outer-catch", "a loop that throws strands everybody who waits",
            Loop, "        catch (Exception exception)\n        {\n            log.LoopFailed(exception, _owner);",
            "        catch (Exception exception) when (!MUTANT)\n        {\n            log.LoopFailed(exception, _owner);",
            "Grains", "*A_fault_inside_the_loop_strands_nobody"),
        new("new-id-each-time", "a payment is credited under an id that is new at every try",
            "src/Grains/Deposits/DepositGrain.Steps.cs", "            $\"tripay:{reference}\",",
            "            MUTANT ? $\"tripay:{reference}:{Guid.NewGuid():n}\" : $\"tripay:{reference}\",",
            "Grains", "*DepositFaultTests*"),
        new("limiter-per-silo", "each silo counts its own calls to the provider only",
            "src/Data/Providers/ProviderBudget.cs", "        return (slot, uses);",
            "        return (slot, MUTANT ? new PermitUse[shares] : uses);",
            "Grains", "*Two_clusters_on_one_database_together_stay_inside_the_window_and_keep_each_others_shares"),
        new("ticket-not-consumed", "a console ticket opens a second console",
            "src/Grains/Consoles/ConsoleSessionGrain.cs", "        (_ticket, _upstream) = (null, null);\n        DeactivateOnIdle();",
            "        if (!MUTANT)\n        {\n            (_ticket, _upstream) = (null, null);\n            DeactivateOnIdle();\n        }\n",
            "Api", "*A_ticket_works_once_also_for_two_at_the_same_moment"),
        new("reminder-filter", "reminders are read for two minutes ahead, the window is ten",
            Migrator, Granted,
            Granted + "\n        if (MUTANT) await Execute(connection, \"UPDATE OrleansQuery SET QueryText = replace(QueryText, '20 minutes', '2 minutes')\", cancellation);",
            "Data", "*Range_reads_answer_what_starts_within_twenty_minutes_and_no_less"),
        new("payload-index", "an index on the payload takes cheap updates from every state",
            Migrator, Granted,
            Granted + "\n        if (MUTANT) await Execute(connection, \"CREATE INDEX IF NOT EXISTS mutant ON grain_state ((payload ->> 'phase'))\", cancellation);",
            "Data", "*No_index_mentions_the_payload"),
    ];

    /// <summary>The file with this mutant in it, asleep. Several may be put into one file, one after the other.</summary>
    /// <exception cref="LauncherException">The place is not there any more, or there are two of it.</exception>
    internal string PutInto(string text)
    {
        var original = text.Contains(Original, StringComparison.Ordinal) ? Original : throw new LauncherException($"{Name}: {File} has changed; say anew where it goes.");
        var at = text.IndexOf(original, StringComparison.Ordinal);
        if (text.IndexOf(original, at + 1, StringComparison.Ordinal) >= 0)
            throw new LauncherException($"{Name}: its place in {File} is there twice.");
        var awake = $"(Environment.GetEnvironmentVariable(\"{Variable}\") == \"{Name}\")";
        return text[..at] + Changed.Replace("MUTANT", awake, StringComparison.Ordinal) + text[(at + original.Length)..];
    }
}
