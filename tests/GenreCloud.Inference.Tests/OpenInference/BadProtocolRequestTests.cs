using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using GenreCloud.Inference.Tests.Admission;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.OpenInference;

/// <summary>What is no inference request is refused with what is wrong, and nothing of it is the server's failure.</summary>
[Trait("Category", "Security")]
public sealed class BadProtocolRequestTests(AzuriteFixture azurite)
{
    private const int Mutations = 300;
    private const string Zero = "[0]";

    private static readonly byte[] Pixels = new byte[128 * 1292];

    /// <summary>What JSON is made of, and bytes that no text has.</summary>
    private static readonly byte[] Alphabet = [.. "{}[]\":,0919-.eEntfxud8 \\\u0001"u8, 0xFF];

    private static readonly (string Body, string Hint)[] BadBodies =
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "must be a JSON object"),
        ("null", "must be a JSON object"),
        ("{}", "\"inputs\" is missing"),
        ("""{"inputs":{}}""", "\"inputs\" is missing"),
        ("""{"inputs":[]}""", "The input \"spectrogram\" is missing"),
        ("""{"inputs":[1]}""", "An input must be a JSON object"),
        ("""{"inputs":[{}]}""", "has no \"name\""),
        ("""{"inputs":[{"name":7}]}""", "must be a text"),
        ("""{"inputs":[{"name":"input0","datatype":"UINT8","shape":[1],"data":[0]}]}""", "it has spectrogram"),
        (Input("\"FP32\"", "[1,128,1292]", Zero), "it must be UINT8"),
        (Input("8", "[1,128,1292]", Zero), "must be a text"),
        (Input("\"UINT8\"", "[1,128,1292]", Zero), "a list has 1 elements and should have 165376"),
        (Input("\"UINT8\"", "[1,128,1292]", "[[[0]]]"), "a list has 1 elements and should have 1292"),
        (Input("\"UINT8\"", "[1,128,1292]", "{}"), "an object stands for a list"),
        (Input("\"UINT8\"", "[1,128,1292]", "[]"), "should have 1"),
        (Input("\"UINT8\"", "[1,128]", Zero), "it must be [N,128,1292]"),
        (Input("\"UINT8\"", "[0,128,1292]", "[]"), "with N from 1 to 64"),
        (Input("\"UINT8\"", "[-1,128,1292]", "[]"), "with N from 1 to 64"),
        (Input("\"UINT8\"", "[65,128,1292]", "[]"), "with N from 1 to 64"),
        (Input("\"UINT8\"", "[4000000000,128,1292]", "[]"), "with N from 1 to 64"),
        (Input("\"UINT8\"", "[1.5,128,1292]", "[]"), "with N from 1 to 64"),
        (Input("\"UINT8\"", "\"1x128x1292\"", Zero), "it must be [N,128,1292]"),
        ("""{"inputs":[{"name":"spectrogram","datatype":"UINT8","shape":[1,128,1292]}]}""", "has no \"data\""),
        ("""{"inputs":[{"name":"spectrogram","datatype":"UINT8","data":[0]}]}""", "has no \"shape\""),
        ("""{"inputs":[{"name":"spectrogram","shape":[1,128,1292],"data":[0]}]}""", "has no \"datatype\""),
        ("""{"inputs":[{"name":"spectrogram","datatype":"UINT8","shape":[1,128,1292],"parameters":{"binary_data_size":165376}}]}""", "only 0 are left"),
        ("""{"inputs":[{"name":"spectrogram","datatype":"UINT8","shape":[1,128,1292],"parameters":{"binary_data_size":-1}}]}""", "it must be 165376"),
        ("""{"inputs":[{"name":"spectrogram","datatype":"UINT8","shape":[1,128,1292],"parameters":{"binary_data_size":"many"}}]}""", "it must be 165376"),
        ("""{"inputs":[{"name":"spectrogram","datatype":"UINT8","shape":[1,128,1292],"parameters":[]}]}""", "\"parameters\" of input \"spectrogram\" must be a JSON object"),
        ("""{"inputs":[],"parameters":{"a":{}}}""", "must be a text, a number, true or false"),
        ("""{"inputs":[],"parameters":{"binary_data_output":1}}""", "must be true or false"),
        ("""{"inputs":[],"outputs":[]}""", "leave it out for all"),
        ("""{"inputs":[],"outputs":[{"name":"genre"}]}""", "it has logits, probabilities"),
        ("""{"inputs":[],"outputs":[{"name":"logits"},{"name":"logits"}]}""", "asked for twice"),
        ("""{"inputs":[{"name":"\ud800"}]}""", "not JSON"),
        (Input("\"\\ud800\"", "[1,128,1292]", Zero), "not JSON"),
        (Input("\"UINT8\"", "[\"\\ud800\"]", Zero), "it must be [N,128,1292]"),
        (Input("\"UINT8\"", "[1,128,1292]", "[\"\\ud800\"]"), "Element 0 of input"),
        ("""{"inputs":[{"name":"spectrogram","datatype":"UINT8","shape":[1,128,1292],"parameters":{"binary_data_size":"\ud800"}}]}""", "not JSON"),
        ("""{"inputs":[],"parameters":{"\ud800":{}}}""", "not JSON"),
        ("""{"inputs":[],"outputs":[{"name":"\ud800"}]}""", "not JSON"),
        ("""{"inputs":[],"data":[1],"more":{"data":1}}""", "The input \"spectrogram\" is missing"),
        ("""{"inputs":[{"name":"spectrogram","datatype":"UINT8","shape":[1,128,1292],"data":[0],"data":7}]}""", "a number stands for a list of 1"),
    ];

    [Fact]
    public async Task A_body_that_is_no_inference_request_is_400_and_says_why()
    {
        await using var service = await StartAsync(TestModel.Quick[0]);

        foreach (var (body, hint) in BadBodies)
        {
            (await service.RefusedAsync(Encoding.UTF8.GetBytes(body))).ShouldContain(hint, customMessage: body);
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_and_texts_that_are_no_text_are_400()
    {
        await using var service = await StartAsync(TestModel.Quick[0]);
        var pixels = ProtocolClient.Spectrogram(Pixels);
        foreach (var body in (string[])[$$"""{"id":"\ud800","inputs":[{{pixels}}]}""", $$"""{"id":"ÿ","inputs":[{{pixels}}]}"""])
        {
            // Latin 1: ÿ becomes the byte 0xFF, of which UTF-8 has none.
            (await service.RefusedAsync(Encoding.Latin1.GetBytes(body))).ShouldContain("not JSON");
        }

        (await service.RefusedAsync(Encoding.Latin1.GetBytes(Input("\"UINT8\"", "[1,128,1292]", $"[{string.Join(',', Pixels.Skip(1))},\"ÿ\"]"))))
            .ShouldContain($"Element {Pixels.Length - 1} of input");
    }

    [Fact]
    public async Task JSON_is_read_as_it_stands_and_what_is_no_data_has_to_be_small()
    {
        await using var service = await StartAsync(TestModel.Quick[0]);

        // As a document, each number would take six times the bytes that it has here.
        var numbers = string.Concat(Enumerable.Repeat("1,", 1 << 22));
        (await service.RefusedAsync(Encoding.UTF8.GetBytes($$"""{"inputs":[],"more":[{{numbers}}1]}"""), status: HttpStatusCode.RequestEntityTooLarge))
            .ShouldContain("besides the data");
        (await service.RefusedAsync(Encoding.UTF8.GetBytes(Input("\"UINT8\"", "[1,128,1292]", $"[{numbers}1]")))).ShouldContain("should have 165376");
    }

    [Fact]
    public async Task A_pixel_is_a_whole_number_from_0_to_255()
    {
        await using var service = await StartAsync(TestModel.Quick[0]);
        foreach (var pixel in (string[])["256", "-1", "1.5", "null", "\"7\"", "true", "1e400"])
        {
            var data = $"[{string.Join(',', Pixels.Skip(1))},{pixel}]";

            (await service.RefusedAsync(Encoding.UTF8.GetBytes(Input("\"UINT8\"", "[1,128,1292]", data))))
                .ShouldContain($"Element {Pixels.Length - 1} of input \"spectrogram\"");
        }
    }

    [Fact]
    public async Task A_feature_is_a_finite_number_or_missing()
    {
        await using var service = await StartAsync(TestModel.Tabular);
        foreach (var feature in (string[])["1e400", "\"Infinity\"", "null", "[1]"])
        {
            var tabular = $$"""{"name":"tabular","datatype":"FP32","shape":[1,16],"data":[{{string.Concat(Enumerable.Repeat("0,", 15))}}{{feature}}]}""";

            (await service.RefusedAsync(Encoding.UTF8.GetBytes($$"""{"inputs":[{{ProtocolClient.Spectrogram(Pixels)}},{{tabular}}]}""")))
                .ShouldContain("Element 15 of input \"tabular\"");
        }
    }

    [Fact]
    public async Task Features_that_are_infinite_or_too_large_to_compute_with_are_400()
    {
        await using var service = await StartAsync(TestModel.Tabular);
        var header = $$$"""{"inputs":[{{{ProtocolClient.BinarySpectrogram()}}},{"name":"tabular","datatype":"FP32","shape":[1,16],"parameters":{"binary_data_size":64}}]}""";
        byte[] Body(float value) =>
            [.. Encoding.UTF8.GetBytes(header), .. Pixels, .. MemoryMarshal.AsBytes<float>(Enumerable.Repeat(value, 16).ToArray())];

        (await service.RefusedAsync(Body(float.PositiveInfinity), header.Length)).ShouldContain("is infinite");
        (await service.RefusedAsync(Body(float.MaxValue), header.Length)).ShouldContain("not finite");
    }

    [Fact]
    public async Task Rows_of_both_inputs_have_to_be_as_many()
    {
        await using var service = await StartAsync(TestModel.Tabular);
        var header = $$$"""{"inputs":[{{{ProtocolClient.BinarySpectrogram()}}},{"name":"tabular","datatype":"FP32","shape":[2,16],"parameters":{"binary_data_size":128}}]}""";

        (await service.RefusedAsync([.. Encoding.UTF8.GetBytes(header), .. Pixels, .. new byte[128]], header.Length)).ShouldContain("has 1 rows and \"tabular\" has 2");
        (await service.RefusedAsync(Pixels, headerBytes: 0)).ShouldContain("one input");
    }

    [Fact]
    public async Task Bytes_that_are_too_few_too_many_or_not_where_they_should_be_are_400()
    {
        await using var service = await StartAsync(TestModel.Quick[0]);
        var header = Encoding.UTF8.GetBytes($$"""{"inputs":[{{ProtocolClient.BinarySpectrogram()}}]}""");

        (await service.RefusedAsync([.. header, .. Pixels.Skip(1)], header.Length)).ShouldContain("only 165375 are left");
        (await service.RefusedAsync([.. header, .. Pixels, 0], header.Length)).ShouldContain("1 bytes follow that belong to no input");
        (await service.RefusedAsync([.. header, .. Pixels], header.Length + 1)).ShouldContain("not JSON");
        (await service.RefusedAsync([.. header, .. Pixels], header.Length - 1)).ShouldContain("not JSON");
        (await service.RefusedAsync(header, header.Length + 1)).ShouldContain("but the body has");
        (await service.RefusedAsync(Pixels[1..], 0)).ShouldContain("one spectrogram has 165376");
        (await service.RefusedAsync(header, -1)).ShouldContain(ProtocolClient.HeaderLength);
    }

    [Fact]
    public async Task Other_failures_have_the_protocols_form_too()
    {
        await using var service = await StartAsync(TestModel.Quick[0], ("Inference:MaxRequestBytes", "2000"), ("Inference:MaxQueuedRequestsPerRun", "0"));

        (await service.RefusedAsync(Pixels, status: HttpStatusCode.RequestEntityTooLarge)).ShouldContain("Inference:MaxRequestBytes");
        (await service.RefusedAsync([], status: HttpStatusCode.NotFound, path: "/v2/models/metal/infer")).ShouldContain("There are: genres");
        (await service.RefusedAsync([], status: HttpStatusCode.NotFound, path: "/v2/models/genres/versions/9/infer")).ShouldContain("It has: 1");
        using var compressed = new HttpRequestMessage(HttpMethod.Post, "/v2/models/genres/infer") { Content = new ByteArrayContent([1]) };
        compressed.Content.Headers.ContentEncoding.Add("gzip");
        using var response = await service.Client.SendAsync(compressed, TestContext.Current.CancellationToken);
        await ProtocolClient.ReadAsync(response, ProtocolSchema.Error, HttpStatusCode.UnsupportedMediaType);
        using (await OccupiedSlots.TakeAsync(service))
        {
            using var refused = await service.PostAsync("/v2/models/genres/infer", [], headerBytes: null);
            await ProtocolClient.ReadAsync(refused, ProtocolSchema.Error, HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_body_that_stops_half_way_harms_nobody()
    {
        await using var service = await StartAsync(TestModel.Quick[0]);
        var address = service.Client.BaseAddress.ShouldNotBeNull();
        using (var connection = new TcpClient())
        {
            await connection.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            await connection.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST /v2/models/genres/infer HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 5000\r\n\r\n{{\"inputs\""),
                TestContext.Current.CancellationToken);
        }

        await service.InferAsync($$"""{"inputs":[{{ProtocolClient.Spectrogram(Pixels)}}]}""");
    }

    [Fact]
    public async Task Damaged_requests_are_never_the_servers_failure()
    {
        await using var service = await StartAsync(TestModel.Quick[0]);
        var header = Encoding.UTF8.GetBytes(
            $$"""{"id":"1","parameters":{"binary_data_output":true},"inputs":[{{ProtocolClient.BinarySpectrogram()}}],"outputs":[{"name":"logits"}]}""");
        var random = new Random(20);
        for (var mutation = 0; mutation < Mutations; mutation++)
        {
            var damaged = (byte[])[.. header];
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = Alphabet[random.Next(Alphabet.Length)];
            }

            byte[] body = [.. damaged, .. Pixels.Take(random.Next(3) == 0 ? random.Next(Pixels.Length) : Pixels.Length)];
            using var response = await service.PostAsync("/v2/models/genres/infer", body, header.Length);

            if (response.StatusCode != HttpStatusCode.OK)
            {
                await ProtocolClient.ReadAsync(response, ProtocolSchema.Error, HttpStatusCode.BadRequest);
            }
        }
    }

    private static string Input(string type, string shape, string data) =>
        $$"""{"inputs":[{"name":"spectrogram","datatype":{{type}},"shape":{{shape}},"data":{{data}}}]}""";

    private async Task<InferenceHost> StartAsync(TestModel model, params (string Key, string Value)[] settings)
    {
        var account = azurite.NewAccount();
        await model.RegisterAsync(account);
        return await InferenceHost.StartAsync(account, time: null, settings);
    }
}
