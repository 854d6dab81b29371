using System.Diagnostics.CodeAnalysis;
using Orleans.Storage;
using Webrana.Contracts;

namespace Webrana.Grains.Common;

/// <summary>
/// The one place that changes a stored state. A pure decision turns the committed record into a new one, it is written, and only then
/// is it <see cref="Value"/>. When a write fails for whatever reason, the grain forgets its memory: Orleans would otherwise keep the
/// unsaved record and store it with the next successful write (reference: a failed credit came back that way).
/// </summary>
/// <remarks>
/// Changes are queued one behind the other, so a background step that awaited something decides over what is committed now, not over
/// what it saw before. Readers never see a record that is not in the database.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim holds nothing to free unless its wait handle is asked for.")]
public sealed class DurableState<T>(IPersistentState<T> storage, IGrainBase grain)
    where T : class, IDurable<T>, new()
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private T? _committed;
    private bool _lost;

    /// <summary>The committed record; an empty one when nothing was ever written.</summary>
    /// <exception cref="InfrastructureException">A write failed and this activation is on its way out.</exception>
    public T Value
    {
        get
        {
            ThrowIfLost();
            return _committed ??= Read();
        }
    }

    /// <summary>Whether anything is stored (never written and cleared are the same).</summary>
    public bool Exists
    {
        get
        {
            ThrowIfLost();
            return storage.RecordExists;
        }
    }

    /// <summary>Replaces the record by what <paramref name="decide"/> makes of it. Null or the same record: nothing is written.</summary>
    /// <returns>Whether something was written.</returns>
    /// <exception cref="InfrastructureException">The write failed; it says whether it can have happened. The activation ends.</exception>
    public async Task<bool> Update(Func<T, T?> decide)
    {
        await _one.WaitAsync();
        try
        {
            var next = decide(Value);
            if (next is null || ReferenceEquals(next, _committed))
                return false;
            storage.State = next;
            await Write(() => storage.WriteStateAsync());
            _committed = next;
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Reads the record again, because somebody wrote it past this activation. Whether it had changed.</summary>
    /// <exception cref="InfrastructureException">It could not be read: the activation ends, as what it remembers is known to be old.</exception>
    public async Task<bool> Reread()
    {
        await _one.WaitAsync();
        try
        {
            ThrowIfLost();
            var (before, next) = (storage.Etag, (T?)null);
            // With the version comes the record or neither: the new version under the old record would let the next change undo what was read.
            await Write(async () =>
            {
                await storage.ReadStateAsync();
                next = Read();
            });
            if (storage.Etag == before)
                return false;
            _committed = next;
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Empties the record; its row stays, so that a stale writer cannot bring it back.</summary>
    public async Task Clear()
    {
        await _one.WaitAsync();
        try
        {
            ThrowIfLost();
            await Write(() => storage.ClearStateAsync());
            _committed = new T();
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task Write(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception e)
        {
            _lost = true;
            grain.DeactivateOnIdle();
            throw e is InconsistentStateException
                ? new InfrastructureException("Another activation wrote this state; nothing was changed here.", outcomeKnown: true)
                : new InfrastructureException($"The state could not be written or read: {e.GetType().Name}.", outcomeKnown: false);
        }
    }

    private T Read()
    {
        var stored = storage.State ?? new T();
        if (!storage.RecordExists || stored.SchemaVersion == T.CurrentSchemaVersion)
            return stored;
        return stored.SchemaVersion < T.CurrentSchemaVersion
            ? T.Upgrade(stored)
            : throw new NotSupportedException(
                $"{typeof(T).Name} is stored with schema {stored.SchemaVersion}; this release knows {T.CurrentSchemaVersion}.");
    }

    private void ThrowIfLost()
    {
        if (_lost)
            throw new InfrastructureException("A write failed and this activation is ending. Ask again.", outcomeKnown: true);
    }
}
