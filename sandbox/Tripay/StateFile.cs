using System.Text.Json;
using Webrana.Sandbox.Tripay.Callbacks;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay;

/// <summary>Keeps the state between runs. Written beside the file and renamed over it, so that a crash leaves the old or the new one.</summary>
sealed class StateFile(TripaySimulatorOptions options, SimulatorClock clock, SettingsBox settings, TransactionBook book, CallbackSender callbacks)
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);
    readonly Lock _gate = new();

    public void Load()
    {
        if (options.StateFile is not { } path || !File.Exists(path)) return;
        var kept = JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(path), Format) ?? throw new InvalidDataException($"{path} is empty.");
        if (kept.SchemaVersion != Kept.CurrentSchema) throw new InvalidDataException($"{path} has schema {kept.SchemaVersion}, expected {Kept.CurrentSchema}.");
        clock.OffsetMs = kept.ClockOffsetMs;
        settings.Current = kept.Settings;
        callbacks.Restore(kept.Pending, kept.Attempts);
        book.Restore(kept.Transactions);
    }

    public void Save()
    {
        if (options.StateFile is not { } path) return;
        lock (_gate)
        {
            var (pending, attempts) = callbacks.Snapshot();
            var kept = new Kept(Kept.CurrentSchema, clock.OffsetMs, settings.Current, book.All(), pending, attempts);
            var draft = path + ".new";
            File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(kept, Format));
            File.Move(draft, path, overwrite: true);
        }
    }

    sealed record Kept(
        int SchemaVersion, long ClockOffsetMs, SimulatorSettings Settings, IReadOnlyList<SimulatedTransaction> Transactions,
        IReadOnlyList<CallbackDelivery> Pending, IReadOnlyList<CallbackAttempt> Attempts)
    {
        public const int CurrentSchema = 1;
    }
}
