// An HTTP server that says what a response of the partner API is: it takes one as the body of a
// POST and answers with its verdict, ids, and where an error is, as JSON. Boost.Beast and
// coroutines.
//
//   server [PORT [THREADS]]    on 127.0.0.1; port 0: any that is free. Prints the port.
#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "leadscan/leadscan.h"

namespace {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::size_t kLargestBody = 64 << 10;

// What a thread has: one event loop, and one parser for all connections of the loop.
struct Worker {
  leadscan::Parser parser{{.max_document_bytes = kLargestBody}};
  asio::io_context loop{1};
};

// {"status_code":201} and the like: a member of what is answered, its value JSON already.
void add(std::string& json, std::string_view name, std::string_view value) {
  json += json.empty() ? "{\"" : ",\"";
  json.append(name).append("\":").append(value);
}

// What a text shows is JSON as it was in the document: between quotes it is JSON again, escapes
// included. An object (a partner id may be one) needs no quotes.
void add(std::string& json, std::string_view name, const leadscan::Text& text) {
  if (!text.has_value()) return;
  const std::string raw(text.raw());
  add(json, name, text.is_object() ? raw : '"' + raw + '"');
}

// Lifetimes: `response` has views into `body`, so both end here, and what is to stay is copied into
// the answer. Nothing here waits, so no other connection's document comes between.
std::string judge(leadscan::Parser& parser, const std::string& body) {
  leadscan::LeadResponse response;
  const leadscan::Error error = parser.parse(body, response);
  const auto verdict = leadscan::verdict_of(error, response.family);
  std::string json;
  add(json, "verdict", '"' + std::string(verdict ? name_of(*verdict) : "out_of_memory") + '"');
  if (!error) {
    add(json, "partner_id", response.partner_lead_opportunity_id);
    add(json, "ds_id", response.ds_lead_opportunity_id);
    add(json, "trace_id", response.trace_id);
  } else {  // members would be what could be read, and no promise
    const leadscan::Position at = leadscan::position_of(body, error.offset);
    add(json, "error", '"' + std::string(name_of(error.code)) + '"');
    add(json, "member", '"' + std::string(json_pointer(error.field)) + '"');
    add(json, "offset", std::to_string(error.offset));
    add(json, "line", std::to_string(at.line));
    add(json, "column", std::to_string(at.column));
  }
  return json + "}\n";
}

asio::awaitable<void> serve(tcp::socket socket, leadscan::Parser& parser) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  boost::system::error_code error;
  auto or_error = asio::redirect_error(asio::use_awaitable, error);
  for (bool keep = true; keep && !error;) {
    http::request_parser<http::string_body> request;  // which puts a body's pieces together
    request.body_limit(kLargestBody);
    stream.expires_after(std::chrono::seconds(30));
    co_await http::async_read(stream, buffer, request, or_error);
    const bool too_large = error == http::error::body_limit;
    if (error && !too_large) break;  // the client is gone, is late, or speaks no HTTP
    http::response<http::string_body> answer(http::status::ok, request.get().version());
    answer.set(http::field::content_type, "application/json");
    if (too_large) {
      answer.result(http::status::payload_too_large);
      answer.body() = "{\"verdict\":\"too_large\"}\n";
    } else if (request.get().method() != http::verb::post) {
      answer.result(http::status::method_not_allowed);
      answer.set(http::field::allow, "POST");
    } else {
      answer.body() = judge(parser, request.get().body());
    }
    keep = !too_large && request.get().keep_alive();
    answer.keep_alive(keep);
    answer.prepare_payload();
    co_await http::async_write(stream, answer, or_error);
  }
  // If the rest of a large body were not read, closing would reset the connection, and with it go
  // an answer that is still on its way.
  boost::system::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream.expires_after(std::chrono::seconds(5));
  for (char rest[4096]; !error;) co_await stream.async_read_some(asio::buffer(rest), or_error);
}

// Connections go to the workers in turn.
asio::awaitable<void> listen(tcp::acceptor& acceptor, std::deque<Worker>& workers) {
  for (std::size_t i = 0;; ++i) {
    Worker& worker = workers[i % workers.size()];
    boost::system::error_code error;
    tcp::socket socket = co_await acceptor.async_accept(
        worker.loop, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      asio::co_spawn(worker.loop, serve(std::move(socket), worker.parser), asio::detached);
    } else {  // no more file descriptors: others may go
      asio::steady_timer timer(acceptor.get_executor(), std::chrono::milliseconds(100));
      co_await timer.async_wait(asio::use_awaitable);
    }
  }
}
}  // namespace

int main(int count, char** words) {
  const int port = count > 1 ? std::atoi(words[1]) : 8080;
  const unsigned cpus = std::max(1u, std::thread::hardware_concurrency());
  std::deque<Worker> workers(count > 2 ? std::max(1, std::atoi(words[2])) : cpus);
  asio::io_context loop;
  tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), asio::ip::port_type(port)});
  std::printf("%d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  std::vector<std::jthread> threads;
  for (Worker& worker : workers) {
    threads.emplace_back([&loop = worker.loop] {
      const auto work = asio::make_work_guard(loop);  // run() stays without any
      loop.run();
    });
  }
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](auto...) {
    for (Worker& worker : workers) worker.loop.stop();
    loop.stop();
  });
  asio::co_spawn(loop, listen(acceptor, workers), asio::detached);
  loop.run();
}
