// A receiver that takes only what Recho has signed. The standard library, nothing else.
//
// KEYS is a folder with each public key as <key id>.pem: during a rotation there are two.
package main

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func readKeys(folder string) map[string]*rsa.PublicKey {
	keys := map[string]*rsa.PublicKey{}
	files, _ := filepath.Glob(filepath.Join(folder, "*.pem"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		block, _ := pem.Decode(text)
		if block == nil {
			log.Fatalf("%s is not PEM", file)
		}
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			log.Fatalf("%s: %v", file, err)
		}
		keys[strings.TrimSuffix(filepath.Base(file), ".pem")] = key.(*rsa.PublicKey)
	}
	return keys
}

// body is the raw bytes as they came: verify first, parse afterwards.
func isGenuine(keys map[string]*rsa.PublicKey, header http.Header, body []byte) bool {
	timestamp := header.Get("X-Recho-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	key := keys[header.Get("X-Recho-Key-Id")]
	if err != nil || key == nil {
		return false
	}
	if age := time.Now().Unix() - seconds; age > 300 || age < -300 { // five minutes, either way
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(header.Get("X-Recho-Signature"))
	if err != nil {
		return false
	}
	digest := sha256.Sum256(append([]byte(timestamp+"."), body...))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
}

func main() {
	keys := readKeys(env("KEYS", "keys"))
	http.HandleFunc("/webhook", func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, 200_000))
		if err != nil || !isGenuine(keys, request.Header, body) {
			response.WriteHeader(http.StatusUnauthorized)
			return
		}
		var event struct {
			EventType string
			Body      struct{ Data struct{ CallId string } }
		}
		if err := json.Unmarshal(body, &event); err != nil {
			response.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Println(event.EventType, event.Body.Data.CallId)
		response.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+env("PORT", "3000"), nil))
}
