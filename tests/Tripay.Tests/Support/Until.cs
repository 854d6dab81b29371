namespace Webrana.Tripay.Tests.Support;

/// <summary>How long a test waits for a signal before it fails.</summary>
static class Until
{
    /// <summary>Cancelled when the run is, or after 90 seconds.</summary>
    public static CancellationToken Now
    {
        get
        {
            var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            source.CancelAfter(TimeSpan.FromSeconds(90));
            return source.Token;
        }
    }
}
