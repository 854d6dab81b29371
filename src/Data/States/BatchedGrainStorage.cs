using System.Globalization;
using System.Threading.Channels;
using Npgsql;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using Webrana.Data.Batching;

namespace Webrana.Data.States;

/// <summary>
/// Grain storage with group commit across grains, over the same rows and with the same promises as the ADO.NET provider: a stale or second
/// first writer gets <see cref="InconsistentStateException"/>, clearing keeps the row and goes on counting. For states that a storm writes
/// by the hundred thousand (a renewal day's droplets).
/// </summary>
public sealed class BatchedGrainStorage : IGrainStorage, IAsyncDisposable
{
    private const int MaxBatch = 512;
    private readonly NpgsqlDataSource _source;
    private readonly IGrainStorageSerializer _serializer;
    private readonly IActivatorProvider _activators;
    private readonly BatchQueue<StateWrite, int?> _writes;
    private readonly BatchQueue<StateKey, StoredState?> _reads;

    public BatchedGrainStorage(DataSources sources, IGrainStorageSerializer serializer, IActivatorProvider activators)
    {
        _source = sources.State;
        _serializer = serializer;
        _activators = activators;
        _writes = new("state-write", 2, TakeWrites, batch => Halving.RunAsync(batch, WriteAsync));
        _reads = new("state-read", 1, TakeReads, ReadAsync);
    }

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var stored = await _reads.Enqueue(Key(stateName, grainId));
        grainState.ETag = stored is null ? null : Tag(stored.Version);
        grainState.RecordExists = stored?.Payload is not null;
        grainState.State = stored?.Payload is { } payload ? _serializer.Deserialize<T>(BinaryData.FromBytes(payload)) : New<T>();
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // As it is: a string in between would be twice as long, and a storm writes records by the hundred thousand.
        var payload = _serializer.Serialize(grainState.State).ToMemory();
        grainState.ETag = await WriteAsync(stateName, grainId, grainState.ETag, payload);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is null)
        {
            await ReadStateAsync(stateName, grainId, grainState);
            if (grainState.ETag is null) return; // there is nothing to clear
        }

        grainState.ETag = await WriteAsync(stateName, grainId, grainState.ETag, payload: null);
        grainState.RecordExists = false;
        grainState.State = New<T>();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writes.DisposeAsync();
        await _reads.DisposeAsync();
    }

    private async Task<string> WriteAsync(string stateName, GrainId grainId, string? etag, ReadOnlyMemory<byte>? payload)
    {
        var version = etag is null ? (int?)null : int.Parse(etag, CultureInfo.InvariantCulture);
        return await _writes.Enqueue(new StateWrite(Key(stateName, grainId), version, payload)) is { } next
            ? Tag(next)
            : throw new InconsistentStateException($"Another writer changed {stateName} of {grainId}, or holds it.", storedEtag: "", currentEtag: etag ?? "");
    }

    // A row goes at most once into a statement: of two writers in one statement both would be told that they won.
    private static void TakeWrites(ChannelReader<Request<StateWrite, int?>> queue, List<Request<StateWrite, int?>> batch)
    {
        var keys = new HashSet<StateKey>();
        while (batch.Count < MaxBatch && queue.TryPeek(out var next) && keys.Add(next.Input.Key) && queue.TryRead(out next)) batch.Add(next);
    }

    private static void TakeReads(ChannelReader<Request<StateKey, StoredState?>> queue, List<Request<StateKey, StoredState?>> batch)
    {
        while (batch.Count < MaxBatch && queue.TryRead(out var next)) batch.Add(next);
    }

    private async Task WriteAsync(List<Request<StateWrite, int?>> batch)
    {
        var written = await BatchedStatements.WriteAsync(_source, [.. batch.Select(request => request.Input)]);
        foreach (var request in batch) request.Answer(written.TryGetValue(request.Input.Key, out var version) ? version : null);
    }

    private async Task ReadAsync(List<Request<StateKey, StoredState?>> batch)
    {
        var states = await BatchedStatements.ReadAsync(_source, batch.Select(request => request.Input).ToHashSet());
        foreach (var request in batch) request.Answer(states.GetValueOrDefault(request.Input));
    }

    private T New<T>() => _activators.GetActivator<T>().Create();

    private static StateKey Key(string stateName, GrainId grainId) => new(stateName, grainId.Key.ToString()!);

    private static string Tag(int version) => version.ToString(CultureInfo.InvariantCulture);
}
