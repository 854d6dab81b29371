using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace Webrana.WalletBench.Contenders;

/// <summary>What most teams write with an object mapper: load, change, save with a concurrency token, and once more when somebody was faster.</summary>
internal sealed class EfCore(NpgsqlDataSource source, TimeProvider time) : IContender
{
    private readonly PooledDbContextFactory<WalletRows> _contexts = new(new DbContextOptionsBuilder<WalletRows>().UseNpgsql(source).Options);

    public string Name => "ef-core";

    public async Task<DebitResult> DebitAsync(Guid wallet, string operationId, long amountIdr)
    {
        while (true)
        {
            await using var rows = await _contexts.CreateDbContextAsync();
            var row = await rows.Wallets.SingleAsync(one => one.Id == wallet);
            if (row.BalanceIdr - row.HeldIdr < amountIdr) return await SingleUpdate.WhatHappenedAsync(source, wallet, operationId, amountIdr);
            row.BalanceIdr -= amountIdr;
            row.Version++;
            row.UpdatedAt = time.GetUtcNow().UtcDateTime;
            rows.Lines.Add(new LineRow
            {
                WalletId = wallet, Sequence = row.Version, OperationId = operationId, Kind = 2, AmountIdr = -amountIdr, BalanceAfterIdr = row.BalanceIdr,
                HeldAfterIdr = row.HeldIdr, ContraAccount = "REVENUE", ReferenceType = "VPS_PAYMENT", ReferenceId = "bench", Description = "Benchmark",
                OccurredAt = row.UpdatedAt,
            });
            rows.Waiting.Add(new WaitingRow { WalletId = wallet, Sequence = row.Version });
            try
            {
                await rows.SaveChangesAsync();
                return new(DebitOutcome.Done, row.BalanceIdr);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Somebody was faster: read again.
            }
            catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } unique)
            {
                // The same sequence number is a race, the same operation id a replay.
                if (unique.ConstraintName == "wallet_transactions_operation") return await SingleUpdate.WhatHappenedAsync(source, wallet, operationId, amountIdr);
            }
        }
    }

    internal sealed class WalletRow
    {
        public Guid Id { get; set; }

        public long Version { get; set; }

        public long BalanceIdr { get; set; }

        public long HeldIdr { get; set; }

        public DateTime UpdatedAt { get; set; }
    }

    internal sealed class LineRow
    {
        public Guid WalletId { get; set; }

        public long Sequence { get; set; }

        public required string OperationId { get; set; }

        public short Kind { get; set; }

        public long AmountIdr { get; set; }

        public long HeldChangeIdr { get; set; }

        public long BalanceAfterIdr { get; set; }

        public long HeldAfterIdr { get; set; }

        public required string ContraAccount { get; set; }

        public required string ReferenceType { get; set; }

        public required string ReferenceId { get; set; }

        public required string Description { get; set; }

        public DateTime OccurredAt { get; set; }
    }

    /// <summary>A posting that waits for its paper.</summary>
    internal sealed class WaitingRow
    {
        public Guid WalletId { get; set; }

        public long Sequence { get; set; }
    }

    internal sealed class WalletRows(DbContextOptions<WalletRows> options) : DbContext(options)
    {
        public DbSet<WalletRow> Wallets => Set<WalletRow>();

        public DbSet<LineRow> Lines => Set<LineRow>();

        public DbSet<WaitingRow> Waiting => Set<WaitingRow>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<WalletRow>(row =>
            {
                row.ToTable("wallets").HasKey(one => one.Id);
                row.Property(one => one.Id).HasColumnName("wallet_id");
                row.Property(one => one.Version).HasColumnName("version").IsConcurrencyToken();
                row.Property(one => one.BalanceIdr).HasColumnName("balance");
                row.Property(one => one.HeldIdr).HasColumnName("held");
                row.Property(one => one.UpdatedAt).HasColumnName("updated_at");
            });
            modelBuilder.Entity<WaitingRow>(row =>
            {
                row.ToTable("ledger_queue").HasKey(one => new { one.WalletId, one.Sequence });
                row.Property(one => one.WalletId).HasColumnName("wallet_id");
                row.Property(one => one.Sequence).HasColumnName("seq").ValueGeneratedNever();
            });
            modelBuilder.Entity<LineRow>(row =>
            {
                row.ToTable("wallet_transactions").HasKey(one => new { one.WalletId, one.Sequence });
                row.Property(one => one.WalletId).HasColumnName("wallet_id");
                row.Property(one => one.Sequence).HasColumnName("seq").ValueGeneratedNever();
                row.Property(one => one.OperationId).HasColumnName("operation_id");
                row.Property(one => one.Kind).HasColumnName("kind");
                row.Property(one => one.AmountIdr).HasColumnName("amount");
                row.Property(one => one.HeldChangeIdr).HasColumnName("held_change");
                row.Property(one => one.BalanceAfterIdr).HasColumnName("balance_after");
                row.Property(one => one.HeldAfterIdr).HasColumnName("held_after");
                row.Property(one => one.ContraAccount).HasColumnName("contra_account");
                row.Property(one => one.ReferenceType).HasColumnName("reference_type");
                row.Property(one => one.ReferenceId).HasColumnName("reference_id");
                row.Property(one => one.Description).HasColumnName("description");
                row.Property(one => one.OccurredAt).HasColumnName("occurred_at");
            });
        }
    }
}
