using Npgsql;

namespace Webrana.Data.Batching;

/// <summary>One statement for many, of whom one may bring values that PostgreSQL refuses.</summary>
internal static class Halving
{
    /// <summary>
    /// Executes a batch. Where somebody's values are refused nothing was written, and the halves are tried until the guilty one stands
    /// alone; whatever else goes wrong is everybody's answer.
    /// </summary>
    /// <param name="execute">Writes and answers all of them.</param>
    public static async Task RunAsync<TInput, TAnswer>(List<Request<TInput, TAnswer>> batch, Func<List<Request<TInput, TAnswer>>, Task> execute)
    {
        try
        {
            await execute(batch);
        }
        catch (PostgresException exception) when (batch.Count > 1 && exception.SqlState.AsSpan(0, 2) is "22" or "23")
        {
            var half = batch.Count / 2;
            await RunAsync(batch.GetRange(0, half), execute);
            await RunAsync(batch.GetRange(half, batch.Count - half), execute);
        }
        catch (Exception exception)
        {
            foreach (var request in batch) request.Fail(exception);
        }
    }
}
