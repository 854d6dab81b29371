using Webrana.Client;

namespace Webrana.Cluster.Tests;

/// <summary>Answers of the API.</summary>
internal static class Answers
{
    /// <summary>What was asked for; a refusal fails the test with what it said.</summary>
    public static async Task<T> Ok<T>(Task<ApiResult<T>> call)
    {
        var answer = await call;
        Assert.True(answer.IsOk, $"{typeof(T).Name}: {answer.Failure?.Status} {answer.Failure?.Code} {answer.Failure?.Problem?.Detail}");
        return answer.Value!;
    }
}
